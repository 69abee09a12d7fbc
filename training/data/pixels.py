"""Converts computed grey values to pixels."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.radiograph import Pixels


def to_uint8(values: NDArray[np.floating[Any]]) -> Pixels:
    """Rounds grey values to whole numbers and limits them to 0-255."""
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)


def stretch_contrast(values: NDArray[np.floating[Any]]) -> Pixels:
    """Scales the range from the 1st to the 99th percentile to 0-255."""
    low, high = np.quantile(values, (0.01, 0.99))
    return to_uint8((values - low) / max(high - low, 1e-9) * 255)
