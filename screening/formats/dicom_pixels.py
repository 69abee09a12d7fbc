"""Renders the pixels of a DICOM data set as a viewer does: rescale, window, inversion, colour."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats import codecs, codestream
from screening.formats.dicom_modality import rescale
from screening.formats.dicom_palette import build_palette
from screening.formats.dicom_voi import apply_voi, scale_to_grey, stretch
from screening.formats.histogram import (
    count_codes,
    estimate_depth,
    reduce_to_8_bits,
    row_blocks,
)
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

PALETTE = "PALETTE COLOR"


def render_pixels(dataset: FileDataset) -> Pixels:
    """Returns rows x columns of uint8 grey, 0 black. Raises RejectedFile."""
    syntax = dataset.file_meta.TransferSyntaxUID
    dataset.PhotometricInterpretation = photometric(dataset)  # pydicom knows it only in capitals.
    try:
        stored = _read_stored_values(dataset)
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
    try:
        if stored.ndim == 3:
            return _convert_colour(stored, bits=dataset.BitsStored)
        return _convert_grey(stored, dataset)
    except DECODE_ERRORS as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error


def _read_stored_values(dataset: Dataset) -> NDArray[Any]:
    """Returns the stored bits of each sample: rows x columns (x 3), without those above and below.

    `HighBit` says where the stored bits end. Devices also write a wrong one: values that fit
    without it are taken as they are.
    """
    bits, high_bit = int(dataset.BitsStored), dataset.get("HighBit")
    if high_bit is None or not bits <= int(high_bit) < int(dataset.BitsAllocated):
        return np.asarray(dataset.pixel_array)
    dataset.BitsStored = int(high_bit) + 1  # pydicom ignores the high bit, and removes all above.
    stored = np.asarray(dataset.pixel_array)
    dataset.BitsStored = bits
    is_signed = stored.dtype.kind == "i"
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if low <= stored.min() and stored.max() <= high:
        return stored
    return np.asarray(np.right_shift(stored, int(high_bit) + 1 - bits))


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
    if photometric(dataset) == PALETTE:
        is_little_endian = dataset.original_encoding[1] is not False
        return _look_up(build_palette(values, dataset, is_little_endian=is_little_endian), codes)
    padding = _padding_mask(values, dataset)
    counts = count_codes(codes)
    counts[padding] = 0
    table = _grey_table(values, counts, dataset)
    if _is_inverse(dataset):
        table = 255 - table
    # Padding was not exposed. It is black, like the ground around an image, even if inverted.
    table[padding] = 0
    return _look_up(table, codes)


def _grey_table(
    stored: NDArray[np.generic], counts: NDArray[np.int64], dataset: Dataset
) -> NDArray[np.uint8]:
    """Returns the grey, 0-255, of each stored value, which occurs `counts` times.

    Without a window in the file, 8 bits are shown as they are, and more bits over their range.
    """
    is_little_endian = dataset.original_encoding[1] is not False
    in_image = stored[counts > 0]
    values = rescale(stored, in_image, dataset, is_little_endian=is_little_endian)
    greys = apply_voi(values, counts, dataset, is_little_endian=is_little_endian)
    if greys is not None:
        return greys
    if dataset.BitsStored == 8 and stored.dtype.kind == "u" and values is stored:
        return scale_to_grey(values, 0, 255)
    return stretch(values, counts)


def _is_inverse(dataset: Dataset) -> bool:
    """Returns whether the lowest value is white, by either tag (PS3.3 C.7.6.3.1.2, C.11.6)."""
    inverse = str(dataset.get("PresentationLUTShape") or "").strip().upper() == "INVERSE"
    return inverse or photometric(dataset) == "MONOCHROME1"


def _padding_mask(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_]:
    """Returns which stored values are padding, outside the detector (PS3.3 C.7.5.1.1.2)."""
    first, last = dataset.get("PixelPaddingValue"), dataset.get("PixelPaddingRangeLimit")
    if first is None:
        return np.zeros(stored.shape, np.bool_)
    limits = [_resolve_sign(int(each), stored.dtype) for each in (first, last) if each is not None]
    mask: NDArray[np.bool_] = (stored >= min(limits)) & (stored <= max(limits))
    return mask


def _resolve_sign(value: int, dtype: np.dtype[Any]) -> int:
    """Returns a tag's value in the range of `dtype`; the tag may have the other sign."""
    limits = np.iinfo(dtype)
    size = limits.max - limits.min + 1
    for candidate in (value, value - size, value + size):
        if limits.min <= candidate <= limits.max:
            return candidate
    return value


def _look_up(table: NDArray[np.uint8], codes: NDArray[np.unsignedinteger]) -> Pixels:
    pixels = np.empty(codes.shape, np.uint8)
    for rows in row_blocks(codes):
        pixels[rows] = table[codes[rows]]
    return pixels


def _convert_colour(colour: NDArray[np.generic], *, bits: int) -> Pixels:
    """Weighs RGB by ITU-R 601, as for JPEG and PNG; `bits` are those stored in each sample."""
    unsigned = colour.view(f"u{colour.dtype.itemsize}")[..., :3]
    if unsigned.dtype.itemsize > 1:
        depth = min(max(8, bits), estimate_depth(count_codes(unsigned)))
        unsigned = reduce_to_8_bits(unsigned, depth=depth)
    return np.asarray(Image.fromarray(unsigned.astype(np.uint8, copy=False)).convert("L"))


def photometric(dataset: Dataset) -> str:
    """Returns the photometric interpretation (PS3.3 C.7.6.3.1.2), in capitals."""
    return str(dataset.get("PhotometricInterpretation") or "").strip().upper()
