"""Loads radiographs as the arrays that the network learns from: images, labels and weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.manifest import Radiograph
from training.data.pixel_cache import load_pixels
from training.value_types import Labels, Weights

# Grey, 0-255: (n, size, size, 1). Means of four whole numbers are exact in float16.
Images = NDArray[np.float16]


@dataclass(frozen=True, eq=False)
class Examples:
    """`labels` and `weights` are (n,); the weights of each class have mean 1."""

    images: Images
    labels: Labels
    weights: Weights


def load_images(radiographs: Sequence[Radiograph], *, title: str = "read radiographs") -> Pixels:
    """Returns (n, 224, 224) uint8 in the order of the radiographs. Raises DataError.

    `title` names the progress bar.
    """
    pixels = np.empty((len(radiographs), INPUT_ROWS, INPUT_COLUMNS), np.uint8)
    for index, radiograph in enumerate(track(radiographs, description=title)):
        pixels[index] = load_pixels(radiograph)[:, :, 0]
    return pixels


def downscale(pixels: Pixels, size: int) -> Images:
    """Averages blocks of pixels: (n, 224, 224) to (n, size, size, 1)."""
    factor = INPUT_ROWS // size
    images = np.empty((len(pixels), size, size, 1), np.float16)
    for index, image in enumerate(pixels):
        images[index] = image.reshape(size, factor, size, factor, 1).mean(axis=(1, 3))
    return images
