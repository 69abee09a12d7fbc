"""Converts the palette of a DICOM file to grey (PS3.3 C.7.6.3.1.5)."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset

from screening.formats.dicom_luts import LookUpTable, read_lut

_COLOURS = ("Red", "Green", "Blue")


def build_palette(
    values: NDArray[np.generic], dataset: Dataset, *, is_little_endian: bool
) -> NDArray[np.uint8]:
    """Returns the grey, 0-255, of each stored value, weighed as any other colour.

    Raises ValueError where a table is missing: it may be segmented, which no radiograph was seen
    to be.
    """
    luts = [_read(colour, values, dataset, is_little_endian) for colour in _COLOURS]
    white = max(lut.white for lut in luts)
    samples = np.stack([lut.apply(values) for lut in luts], axis=-1)
    shares = samples.astype(np.float64) / max(white, 1)
    colours = np.clip(shares * 255 + 0.5, 0, 255).astype(np.uint8)
    greys: NDArray[np.uint8] = np.asarray(Image.fromarray(colours[None]).convert("L"))[0]
    return greys


def _read(
    colour: str, values: NDArray[np.generic], dataset: Dataset, is_little_endian: bool
) -> LookUpTable:
    prefix = f"{colour}PaletteColorLookupTable"
    lut = read_lut(dataset, values, is_little_endian=is_little_endian, prefix=prefix)
    if lut is None:
        raise ValueError("The palette lacks a table.")
    return lut
