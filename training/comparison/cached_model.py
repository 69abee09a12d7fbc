"""A released model whose predictions are computed once and stored on disk."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np

from contracts.model_layout import SAVED_MODEL_FOLDER
from screening.radiograph import Pixels
from training.artefact.predictions import Predictions, Serve, load_saved_model, serve_pixels
from training.atomic_write import write_atomically
from training.evaluation.released_model import ReleasedModel


@dataclass(frozen=True)
class CachedModel(ReleasedModel):
    """Stores predictions in `cache`, by the hash of the export and the hash of the pixels.

    The hash of the pixels stands for that of the manifest: it also covers how the films were
    decoded and corrupted. The card is not part of it, because calibration, threshold and limits are
    applied to stored predictions anew.
    """

    cache: Path

    def predict(self, pixels: Pixels) -> Predictions:
        return self._read_or_predict(self.card.endpoint_sha256, pixels, self._serve)

    def predict_cpu(self, pixels: Pixels) -> Predictions:
        return self._read_or_predict(self.card.cpu_sha256, pixels, super().predict_cpu)

    def _serve(self, pixels: Pixels) -> Predictions:
        folder = self.folder / SAVED_MODEL_FOLDER
        serve = _load(folder, self.card.endpoint_sha256)
        return serve_pixels(serve, pixels, is_part=True)

    def _read_or_predict(
        self, export_sha256: str, pixels: Pixels, predict: Callable[[Pixels], Predictions]
    ) -> Predictions:
        pixels_sha256 = hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()
        path = self.cache / export_sha256[:16] / f"{pixels_sha256[:32]}-{len(pixels)}.npz"
        if path.is_file():
            with np.load(path) as arrays:
                return Predictions(**{name: arrays[name] for name in arrays.files})
        predictions = predict(pixels)
        arrays_by_name = {
            each.name: getattr(predictions, each.name) for each in fields(Predictions)
        }
        buffer = io.BytesIO()
        np.savez(buffer, **{k: v for k, v in arrays_by_name.items() if v is not None})
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())
        return predictions


@lru_cache(maxsize=4)
def _load(folder: Path, sha256: str) -> Serve:
    """Loads an export once for all sets of films; the hash tells a folder that was written anew."""
    return load_saved_model(folder)
