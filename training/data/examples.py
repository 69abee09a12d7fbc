"""The radiographs of a part as the network sees them, each with what it counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.acquisition_bias import PropensityModel, acquisition_features
from training.data.manifest import Radiograph, labels, read_pixels
from training.data.split import DataSplit
from training.fit.calibration import Labels, Weights
from training.recipes import Recipe

# Grey, 0-255: (n, side, side, 1). Means of four whole numbers are exact in float16.
Pictures = NDArray[np.float16]


@dataclass(frozen=True, eq=False)
class Examples:
    """`labels` and `weights` are (n,); weights have mean 1 in each class."""

    pictures: Pictures
    labels: Labels
    weights: Weights


def prepare(recipe: Recipe, parts: DataSplit) -> tuple[Examples, Examples]:
    """Train and validation. What the acquisition says of the class is learnt on train alone."""
    train, validation = (load_images(part) for part in (parts.train, parts.validation))
    seen, truth = acquisition_features(train), labels(parts.train)
    propensity = PropensityModel.of(seen, truth)
    weights = propensity.weights(seen, truth)
    return (
        Examples(shrink(train, recipe.side), truth, weights),
        Examples(
            shrink(validation, recipe.side),
            labels(parts.validation),
            propensity.weights(acquisition_features(validation), labels(parts.validation)),
        ),
    )


def load_images(radiographs: Sequence[Radiograph]) -> Pixels:
    """(n, 224, 224), uint8, in their order. Raises DataError."""
    pixels = np.empty((len(radiographs), INPUT_ROWS, INPUT_COLUMNS), np.uint8)
    for index, radiograph in enumerate(track(radiographs, description="radiographs")):
        pixels[index] = read_pixels(radiograph)[:, :, 0]
    return pixels


def shrink(pixels: Pixels, side: int) -> Pictures:
    """(n, 224, 224) to (n, side, side, 1): means of squares."""
    factor = INPUT_ROWS // side
    pictures = np.empty((len(pixels), side, side, 1), np.float16)
    for index, one in enumerate(pixels):
        pictures[index] = one.reshape(side, factor, side, factor, 1).mean(axis=(1, 3))
    return pictures
