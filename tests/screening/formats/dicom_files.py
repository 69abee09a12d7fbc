"""The stored values and the tags from which the tests of DICOM files are built."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from phantoms.file_formats import encode_dicom, grey_ramp

# 256 values of 12 bits, from 0 to 4,080, one a pixel.
STEPS = (np.arange(256, dtype=np.uint16) * 16).reshape(16, 16)
# A ramp of 12 bits, as detectors store it.
STORED = grey_ramp().astype(np.uint16) * 16
TWELVE_BITS: dict[str, Any] = {"BitsStored": 12, "HighBit": 11}
WINDOW: dict[str, Any] = {"WindowCenter": "2048", "WindowWidth": "4096"}
FULL_RANGE: dict[str, Any] = {**TWELVE_BITS, **WINDOW}
INVERSE: dict[str, Any] = {"PhotometricInterpretation": "MONOCHROME1"}

encode = partial(encode_dicom, STEPS, **TWELVE_BITS)


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


def voi(table: Dataset, **tags: Any) -> bytes:
    return encode(VOILUTSequence=[table], **tags)


def rescaled(slope: str, intercept: str) -> bytes:
    return encode(**WINDOW, RescaleSlope=slope, RescaleIntercept=intercept)


def with_text(content: bytes, *texts: tuple[bytes, bytes]) -> bytes:
    """Returns the file with other text of the same length, which pydicom would not write."""
    for before, after in texts:
        assert before in content and len(before) == len(after)
        content = content.replace(before, after)
    return content


def palette(entries: NDArray[Any], *, bits: int, first: int = 0) -> bytes:
    """Returns a file whose values 0-255 are the inputs of three equal tables."""
    tags: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour in ("Red", "Green", "Blue"):
        tags[f"{colour}PaletteColorLookupTableDescriptor"] = [256, first, bits]
        tags[f"{colour}PaletteColorLookupTableData"] = entries.tobytes()
    return encode_dicom((STEPS // 16).astype(np.uint8), **tags)


def modality(table: Dataset, pixels: NDArray[Any] = STEPS, **tags: Any) -> bytes:
    table.ModalityLUTType = "US"
    return encode_dicom(pixels, ModalityLUTSequence=[table], **FULL_RANGE, **tags)


def unsigned(table: Dataset, first: int) -> Dataset:
    """Returns the table with its first input as devices write it: unsigned, modulo 65,536."""
    entries, _, bits = table.LUTDescriptor
    table.add_new("LUTDescriptor", "US", [entries, first % 65536, bits])
    return table


def as_numbers(words: NDArray[Any], vr: str, *, bits: int = 16) -> Dataset:
    """Returns a table of 4,096 entries whose data are numbers, not a string of words."""
    table = build_lut(words, bits=bits, count=4096)
    table.add_new("LUTData", vr, words.tolist())
    return table
