"""Reads the lung mask of a child's radiograph."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import label

from training.data.manifest import Radiograph
from training.value_types import Mask

FOLDER = "lung_masks"
_LUNGS = 2


def read_lung_mask(data: Path, radiograph: Radiograph) -> Mask | None:
    """Returns (224, 224), or None where the data folder has no mask of the radiograph.

    The masks are those of a network: whatever is smaller than the two largest parts is no lung.
    """
    path = data / FOLDER / f"{radiograph.path.stem}.png"
    if not path.is_file():
        return None
    with Image.open(path) as image:
        mask = np.asarray(image.convert("1"))
    return find_largest_parts(mask, count=_LUNGS) if mask.any() else None


def find_largest_parts(mask: Mask, *, count: int) -> Mask:
    """Returns the largest connected parts of a mask, without the others."""
    parts, _ = label(mask)
    sizes = np.bincount(parts.ravel())[1:]
    largest = 1 + np.argsort(-sizes, kind="stable")[:count]
    return np.asarray(np.isin(parts, largest))
