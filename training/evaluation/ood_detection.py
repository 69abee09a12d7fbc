"""Whom the gate refuses: pictures that are no chest X-ray, and chest X-rays in wrong positions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from screening.formats import raster
from screening.images import build_model_input
from screening.radiograph import Pixels
from training.evaluation.evaluated_model import EvaluatedModel

# Seen by eye: these pictures among those that are "no chest X-ray" are frontal chest X-rays.
MISLABELLED_CHESTS = {
    "bone-xray/diaphragmatic-rupture-4.jpg",
    *(f"ct-slices/{name}.jpg" for name in ("1a", "1c", "2a", "3a", "5a", "7a", "8a", "9a")),
}

WRONG_POSITIONS: Mapping[str, Callable[[Pixels], Pixels]] = {
    "on the left side": lambda pixels: np.rot90(pixels, 1, (1, 2)),
    "on the right side": lambda pixels: np.rot90(pixels, 3, (1, 2)),
    "head down": lambda pixels: np.rot90(pixels, 2, (1, 2)),
    "flipped upside down": lambda pixels: pixels[:, ::-1],
    "inverted": lambda pixels: 255 - pixels,
    "mirrored": lambda pixels: pixels[:, :, ::-1],
}


@dataclass(frozen=True)
class RejectionCount:
    """Of `pictures` of one kind, `refused` were."""

    kind: str
    pictures: int
    refused: int


def refusals(subject: EvaluatedModel, kind: str, pixels: Pixels) -> RejectionCount:
    """Of (n, 224, 224)."""
    refused = subject.rejects(subject.predict(np.ascontiguousarray(pixels)))
    return RejectionCount(kind, len(pixels), int(np.sum(refused)))


def blank_images() -> Pixels:
    """Every eighth grey, with nothing in it."""
    greys = np.arange(0, 256, 8, dtype=np.uint8)[:, np.newaxis, np.newaxis]
    return np.broadcast_to(greys, (32, 224, 224))


def read_images(folder: Path) -> dict[str, Pixels]:
    """The model's input of each JPEG or PNG below `folder`, by its path within."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".jpg", ".jpeg", ".png"))
    return {
        path.relative_to(folder).as_posix(): build_model_input(
            raster.decode(path.read_bytes()).pixels
        )
        for path in track(paths, description=folder.name)
    }
