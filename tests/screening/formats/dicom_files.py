"""The stored values and the tags from which the tests of DICOM files are built."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

# 256 values of 12 bits, from 0 to 4,080, one a pixel.
STEPS = (np.arange(256, dtype=np.uint16) * 16).reshape(16, 16)
TWELVE_BITS: dict[str, Any] = {"BitsStored": 12, "HighBit": 11}
WINDOW: dict[str, Any] = {"WindowCenter": "2048", "WindowWidth": "4096"}


def build_lut(
    values: NDArray[Any], *, bits: int, count: int | None = None, first: int = 0
) -> Dataset:
    """Returns a look-up table of `values` from the input `first`, in 8 or 16 bits as they are."""
    table = Dataset()
    table.LUTDescriptor = [len(values) if count is None else count, first, bits]
    table.add_new("LUTData", "OW", values.astype(values.dtype.newbyteorder("<")).tobytes())
    return table


def build_curve(bits: int) -> NDArray[np.uint16]:
    """Returns 4,096 entries that rise as a square root to the highest value of `bits`."""
    shares = np.sqrt(np.arange(4096) / 4095)
    entries: NDArray[np.uint16] = np.rint(shares * ((1 << bits) - 1)).astype(np.uint16)
    return entries
