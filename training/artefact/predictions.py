"""Runs the two exports on many radiographs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from rich.progress import track

from contracts.endpoint import Prediction
from screening.radiograph import Pixels

# The signature of a SavedModel, of which TensorFlow has no type.
Serve = Any
BATCH = 32
THREADS = 2


@dataclass(frozen=True, eq=False)
class Predictions:
    """The model outputs in the order of the images, named as the model names them.

    `logits` and `typicality` (the in-distribution score) are (n,); `doubts` (the rejection reasons)
    is (n, reasons), or (n, 0) for a model without reasons; `attention` (the saliency map) is
    (n, size, size). `adult` and `lung_energy` are None for models of children only.
    """

    logits: NDArray[np.float64]
    typicality: NDArray[np.float64]
    doubts: NDArray[np.float64]
    attention: NDArray[np.float32]
    adult: NDArray[np.float64] | None = None
    lung_energy: NDArray[np.float64] | None = None

    def split(self, version: str) -> Iterator[Prediction]:
        """Yields the prediction for each image, as screening gets it."""
        for index in range(len(self.logits)):
            yield Prediction(
                logit=float(self.logits[index]),
                typicality=float(self.typicality[index]),
                attention=tuple(map(tuple, self.attention[index].tolist())),
                model_version=version,
                doubts=tuple(self.doubts[index].tolist()),
                adult=None if self.adult is None else float(self.adult[index]),
                lung_energy=None if self.lung_energy is None else float(self.lung_energy[index]),
            )


def predict_saved_model(folder: Path, pixels: Pixels) -> Predictions:
    """Runs the endpoint's SavedModel on (n, 224, 224), in the endpoint's message format."""
    return serve_pixels(load_saved_model(folder), pixels)


def load_saved_model(folder: Path) -> Serve:
    """Returns the signature that the endpoint serves; loading it takes seconds."""
    model = tf.saved_model.load(str(folder))
    serve: Serve = model.signatures["serving_default"]
    serve.saved_model = model  # The signature does not keep the variables of its model.
    return serve


def serve_pixels(serve: Serve, pixels: Pixels, *, is_part: bool = False) -> Predictions:
    """Runs the signature on (n, 224, 224), BATCH images at a time.

    The bar of a part of a stage (`training.progress`) leaves no line.
    """
    starts = range(0, len(pixels), BATCH)
    batches = [
        serve(pixels=tf.constant([image.tobytes() for image in pixels[start : start + BATCH]]))
        for start in track(starts, description="predict with SavedModel", transient=is_part)
    ]
    return _join([{name: t.numpy() for name, t in batch.items()} for batch in batches])


def predict_litert(path: Path, pixels: Pixels) -> Predictions:
    """Runs the CPU's LiteRT file on one image at a time, as the screening function does."""
    interpreter = Interpreter(model_path=str(path), num_threads=THREADS)
    runner = interpreter.get_signature_runner()
    images = (image[np.newaxis, ..., np.newaxis] for image in pixels)
    return _join(
        [
            {name: np.array(value) for name, value in runner(pixels=image).items()}
            for image in track(images, total=len(pixels), description="predict with CPU model")
        ]
    )


def _join(batches: Sequence[dict[str, NDArray[np.float32]]]) -> Predictions:
    def join(name: str) -> NDArray[np.float64]:
        return np.concatenate([batch[name] for batch in batches]).astype(np.float64)

    logits = join("logit")
    return Predictions(
        logits=logits,
        typicality=join("typicality"),
        doubts=join("doubts") if "doubts" in batches[0] else np.empty((len(logits), 0)),
        attention=join("attention").astype(np.float32),
        adult=join("adult") if "adult" in batches[0] else None,
        lung_energy=join("lung_energy") if "lung_energy" in batches[0] else None,
    )
