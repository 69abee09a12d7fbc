"""Renders the pixels of a DICOM data set as a viewer does: rescale, window, inversion, colour."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_modality_lut, apply_voi, apply_windowing
from pydicom.uid import UID

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats import codecs, codestream
from screening.radiograph import Pixels

codecs.register()

# Errors that pydicom and its decoders raise on files that contradict themselves.
DECODE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BytesLengthException,
    EOFError,
    InvalidDicomError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

# Rows that are looked up at a time: numpy converts each index to eight bytes.
_BLOCK_ROWS = 256


def render_pixels(dataset: FileDataset) -> Pixels:
    """Returns rows x columns of uint8 grey, 0 black. Raises RejectedFile."""
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        stored = dataset.pixel_array
    except DECODE_ERRORS as error:
        if "allocate" in str(error):  # pydicom rewords the MemoryError of a decoder.
            raise MemoryError from error
        if _can_decode(syntax):
            damaged = codestream.is_damaged(dataset)
            raise RejectedFile(Rejection.DAMAGED if damaged else Rejection.DICOM_PIXELS) from error
        name = "unknown" if syntax.name == syntax else syntax.name
        raise RejectedFile(Rejection.DICOM_SYNTAX, name) from error
    if stored.ndim not in (2, 3) or stored.dtype.itemsize > 2:
        raise RejectedFile(Rejection.DICOM_PIXELS)
    if stored.ndim == 3:
        return _convert_colour(stored, bits=dataset.BitsStored)
    try:
        return _convert_grey(stored, dataset)
    except DECODE_ERRORS as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error


def _can_decode(syntax: UID) -> bool:
    """Returns whether the transfer syntax has a decoder, so that a failure is the file's fault."""
    try:
        return bool(get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _convert_grey(stored: NDArray[np.generic], dataset: Dataset) -> Pixels:
    """Transforms every possible stored value (8 or 16 bits) once, then looks up each pixel."""
    codes = stored.view(f"u{stored.dtype.itemsize}")
    values = np.arange(1 << 8 * stored.dtype.itemsize, dtype=codes.dtype).view(stored.dtype)
    padding = _padding_mask(values, dataset)
    table = _grey_table(values, dataset, in_use=_codes_in_use(codes) & ~padding)
    if _is_inverse(dataset):
        table = 255 - table
    # Padding was not exposed. It is black, like the ground around an image, even if inverted.
    table[padding] = 0
    return _look_up(table, codes)


def _grey_table(
    stored: NDArray[np.generic], dataset: Dataset, *, in_use: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Returns the grey, 0-255, of each stored value: modality and VOI transformation (PS3.3
    C.11.1, C.11.2).

    Without a window in the file, 8 bits are shown as they are, and more bits from the lowest to
    the highest value that the image has (`in_use`).
    """
    values = np.asarray(apply_modality_lut(stored, dataset))
    if dataset.get("VOILUTSequence"):
        lut = dataset.VOILUTSequence[0]
        highest = 2 ** int(lut.LUTDescriptor[2]) - 1
        return _scale_to_grey(np.asarray(apply_voi(values, dataset)), 0, highest)
    window = _window(dataset)
    if window is not None:
        return _scale_to_grey(np.asarray(apply_windowing(values, window)), 0, 255)
    if dataset.BitsStored == 8 and np.array_equal(values, stored):
        return _scale_to_grey(values, 0, 255)
    in_image = values[in_use]
    low, high = (in_image.min(), in_image.max()) if in_image.size else (0, 0)
    return _scale_to_grey(values, low, high)


def _window(dataset: Dataset) -> Dataset | None:
    """Returns the first window (PS3.3 C.11.2.1.2), as tags that map rescaled values to 0-255.

    None where a tag is missing, empty, or has no valid width, as some devices write it.
    """
    center, width = (_first_number(dataset.get(tag)) for tag in ("WindowCenter", "WindowWidth"))
    function = str(dataset.get("VOILUTFunction") or "LINEAR").upper()
    if center is None or width is None or width < (1 if function == "LINEAR" else 1e-9):
        return None
    window = Dataset()
    window.WindowCenter, window.WindowWidth, window.VOILUTFunction = center, width, function
    window.PhotometricInterpretation = "MONOCHROME2"
    window.BitsStored, window.PixelRepresentation = 8, 0
    return window


def _first_number(value: object) -> float | None:
    """Returns a tag's first value: several windows are alternatives, the first is the default."""
    values = [value] if isinstance(value, str | float | int) else list(value or ())  # type: ignore[call-overload]
    return float(values[0]) if values and values[0] not in (None, "") else None


def _scale_to_grey(values: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    """Maps `low` to 0 and `high` to 255, linearly, and clips; all 0 where the range is empty."""
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    shares: NDArray[np.float64] = (values.astype(np.float64) - low) / (high - low)
    return np.clip(shares * 255 + 0.5, 0, 255).astype(np.uint8)


def _is_inverse(dataset: Dataset) -> bool:
    """Returns whether the lowest value is white, by either tag (PS3.3 C.7.6.3.1.2, C.11.6)."""
    inverse = str(dataset.get("PresentationLUTShape") or "").upper() == "INVERSE"
    return inverse or dataset.PhotometricInterpretation == "MONOCHROME1"


def _padding_mask(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_]:
    """Returns which stored values are padding, outside the detector (PS3.3 C.7.5.1.1.2)."""
    first = dataset.get("PixelPaddingValue")
    if first is None:
        return np.zeros(stored.shape, np.bool_)
    last = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((int(first), int(first if last is None else last)))
    mask: NDArray[np.bool_] = (stored >= low) & (stored <= high)
    return mask


def _codes_in_use(codes: NDArray[np.unsignedinteger]) -> NDArray[np.bool_]:
    """Returns for every possible code whether the image has it."""
    in_use = np.zeros(1 << 8 * codes.dtype.itemsize, np.bool_)
    for rows in _blocks(codes):
        in_use[codes[rows]] = True
    return in_use


def _look_up(table: NDArray[np.uint8], codes: NDArray[np.unsignedinteger]) -> Pixels:
    pixels = np.empty(codes.shape, np.uint8)
    for rows in _blocks(codes):
        pixels[rows] = table[codes[rows]]
    return pixels


def _blocks(codes: NDArray[np.generic]) -> Iterator[slice]:
    return (slice(top, top + _BLOCK_ROWS) for top in range(0, len(codes), _BLOCK_ROWS))


def _convert_colour(colour: NDArray[np.generic], *, bits: int) -> Pixels:
    """Weighs RGB by ITU-R 601, as for JPEG and PNG; `bits` are those stored in each sample."""
    unsigned = colour.view(f"u{colour.dtype.itemsize}")[..., :3]
    if unsigned.dtype.itemsize > 1:
        unsigned = np.right_shift(unsigned, max(0, bits - 8))
    return np.asarray(Image.fromarray(unsigned.astype(np.uint8, copy=False)).convert("L"))
