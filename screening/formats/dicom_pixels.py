"""The pixels of a DICOM data set as a viewer shows them: rescale, window, MONOCHROME1, colour."""

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
from screening.formats import codecs
from screening.radiograph import Pixels

codecs.register()

# What pydicom and its decoders raise on files that contradict themselves.
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

Values = NDArray[np.float64]

# Rows that go through a table at a time: numpy makes eight bytes of each index.
_ROWS = 256


def shown_pixels(dataset: FileDataset) -> Pixels:
    """Rows x columns of uint8 grey, 0 black. Raises RejectedFile."""
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        stored = dataset.pixel_array
    except DECODE_ERRORS as error:
        if "allocate" in str(error):  # A decoder's MemoryError, as pydicom words it.
            raise MemoryError from error
        if _can_decode(syntax):
            raise RejectedFile(Rejection.DICOM_PIXELS) from error
        name = "unknown" if syntax.name == syntax else syntax.name
        raise RejectedFile(Rejection.DICOM_SYNTAX, name) from error
    if stored.ndim not in (2, 3) or stored.dtype.itemsize > 2:
        raise RejectedFile(Rejection.DICOM_PIXELS)
    if stored.ndim == 3:
        return _luminance(stored, bits=dataset.BitsStored)
    try:
        return _displayed(stored, dataset)
    except DECODE_ERRORS as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error


def _can_decode(syntax: UID) -> bool:
    """Whether a failure is the file's own."""
    try:
        return bool(get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _displayed(stored: NDArray[np.generic], dataset: Dataset) -> Pixels:
    """Each stored value that there can be is transformed once, and the picture looked up."""
    codes = stored.view(f"u{stored.dtype.itemsize}")
    values = np.arange(1 << 8 * stored.dtype.itemsize, dtype=codes.dtype).view(stored.dtype)
    padding = _is_padding(values, dataset)
    shades = _shades(values, dataset, seen=_seen(codes) & ~padding)
    if _is_inverse(dataset):
        shades = 255 - shades
    # Nothing was exposed there: as black as around a picture, whichever way round its values are.
    shades[padding] = 0
    return _looked_up(shades, codes)


def _shades(
    stored: NDArray[np.generic], dataset: Dataset, *, seen: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """Values through modality and VOI transformation (PS3.3 C.11.1, C.11.2) to 0-255. With no
    window in the file, 8 bits are shown as they are and more bits from the least to the most.
    """
    values = np.asarray(apply_modality_lut(stored, dataset))
    if dataset.get("VOILUTSequence"):
        first = dataset.VOILUTSequence[0]
        most = 2 ** int(first.LUTDescriptor[2]) - 1
        return _as_shades(np.asarray(apply_voi(values, dataset)), 0, most)
    window = _window(dataset)
    if window is not None:
        return _as_shades(np.asarray(apply_windowing(values, window)), 0, 255)
    if dataset.BitsStored == 8 and np.array_equal(values, stored):
        return _as_shades(values, 0, 255)
    there = values[seen]
    return _as_shades(values, *((there.min(), there.max()) if there.size else (0, 0)))


def _window(dataset: Dataset) -> Dataset | None:
    """The first window (PS3.3 C.11.2.1.2), to be applied to rescaled values with a result in
    0-255; None where a tag is missing, empty, or no width at all, as some devices write them.
    """
    center, width = (_first(dataset.get(tag)) for tag in ("WindowCenter", "WindowWidth"))
    function = str(dataset.get("VOILUTFunction") or "LINEAR").upper()
    if center is None or width is None or width < (1 if function == "LINEAR" else 1e-9):
        return None
    window = Dataset()
    window.WindowCenter, window.WindowWidth, window.VOILUTFunction = center, width, function
    window.PhotometricInterpretation = "MONOCHROME2"
    window.BitsStored, window.PixelRepresentation = 8, 0
    return window


def _first(value: object) -> float | None:
    """Several windows are alternatives, and the first is what is shown unless asked otherwise."""
    values = [value] if isinstance(value, str | float | int) else list(value or ())  # type: ignore[call-overload]
    return float(values[0]) if values and values[0] not in (None, "") else None


def _as_shades(values: NDArray[np.generic], low: float, high: float) -> NDArray[np.uint8]:
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    shares: Values = (values.astype(np.float64) - low) / (high - low)
    return np.clip(shares * 255 + 0.5, 0, 255).astype(np.uint8)


def _is_inverse(dataset: Dataset) -> bool:
    """Either tag says that the least value is white (PS3.3 C.7.6.3.1.2, C.11.6)."""
    inverse = str(dataset.get("PresentationLUTShape") or "").upper() == "INVERSE"
    return inverse or dataset.PhotometricInterpretation == "MONOCHROME1"


def _is_padding(stored: NDArray[Any], dataset: Dataset) -> NDArray[np.bool_]:
    """Stored values that fill what the detector did not see (PS3.3 C.7.5.1.1.2)."""
    first = dataset.get("PixelPaddingValue")
    if first is None:
        return np.zeros(stored.shape, np.bool_)
    limit = dataset.get("PixelPaddingRangeLimit")
    low, high = sorted((int(first), int(first if limit is None else limit)))
    filled: NDArray[np.bool_] = (stored >= low) & (stored <= high)
    return filled


def _seen(codes: NDArray[np.unsignedinteger]) -> NDArray[np.bool_]:
    seen = np.zeros(1 << 8 * codes.dtype.itemsize, np.bool_)
    for rows in _blocks(codes):
        seen[codes[rows]] = True
    return seen


def _looked_up(shades: NDArray[np.uint8], codes: NDArray[np.unsignedinteger]) -> Pixels:
    shown = np.empty(codes.shape, np.uint8)
    for rows in _blocks(codes):
        shown[rows] = shades[codes[rows]]
    return shown


def _blocks(codes: NDArray[np.generic]) -> Iterator[slice]:
    return (slice(top, top + _ROWS) for top in range(0, len(codes), _ROWS))


def _luminance(colour: NDArray[np.generic], *, bits: int) -> Pixels:
    """ITU-R 601, as for JPEG and PNG."""
    unsigned = colour.view(f"u{colour.dtype.itemsize}")[..., :3]
    if unsigned.dtype.itemsize > 1:
        unsigned = np.right_shift(unsigned, max(0, bits - 8))
    return np.asarray(Image.fromarray(unsigned.astype(np.uint8, copy=False)).convert("L"))
