"""The pixels of a DICOM data set as a viewer shows them: rescale, window, MONOCHROME1, colour."""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset
from pydicom.errors import InvalidDicomError
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.uid import UID, JPEGExtended12Bit

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import Pixels

# What pydicom and its decoders raise on files that contradict themselves.
UNREADABLE = (
    AttributeError,
    EOFError,
    IndexError,
    InvalidDicomError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def shown_pixels(dataset: FileDataset) -> Pixels:
    """Rows x columns of uint8 grey, 0 black. Raises RejectedFile."""
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        stored = dataset.pixel_array
    except UNREADABLE as error:
        if _can_decode(syntax):
            raise RejectedFile(Rejection.DICOM_PIXELS) from error
        name = "unknown" if syntax.name == syntax else syntax.name
        raise RejectedFile(Rejection.DICOM_SYNTAX, name) from error
    if stored.ndim == 3:
        return _luminance(stored)
    try:
        grey = _displayed(stored, dataset)
    except UNREADABLE as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error
    return 255 - grey if dataset.PhotometricInterpretation == "MONOCHROME1" else grey


def _can_decode(syntax: UID) -> bool:
    """Whether a failure is the file's own. Pillow takes the extended syntax, not its 12 bits."""
    if syntax == JPEGExtended12Bit:
        return False
    try:
        return bool(get_decoder(syntax).is_available)
    except NotImplementedError:
        return False


def _displayed(stored: NDArray[np.generic], dataset: FileDataset) -> Pixels:
    """Stored values through modality and VOI transformation (PS3.3 C.11.1, C.11.2) to 0-255. With
    no window in the file, 8 bits are shown as they are and more bits from the least to the most.
    """
    values = apply_modality_lut(stored, dataset)
    if dataset.get("VOILUTSequence") or _has_window(dataset):
        shown = np.asarray(apply_voi_lut(values, dataset), dtype=np.float64)
        low, high = _voi_range(dataset)
    elif dataset.BitsStored == 8 and values is stored:
        return stored.astype(np.uint8)
    else:
        shown = np.asarray(values, dtype=np.float64)
        low, high = float(shown.min()), float(shown.max())
    if high <= low:
        return np.zeros(shown.shape, np.uint8)
    return np.clip((shown - low) / (high - low) * 255 + 0.5, 0, 255).astype(np.uint8)


def _has_window(dataset: FileDataset) -> bool:
    """Both tags, with a value: some devices write them empty."""
    return dataset.get("WindowCenter") is not None and dataset.get("WindowWidth") is not None


def _voi_range(dataset: FileDataset) -> tuple[float, float]:
    """The least and greatest value that pydicom's VOI transformation gives for this data set."""
    for sequence in ("VOILUTSequence", "ModalityLUTSequence"):
        if dataset.get(sequence):
            bits_per_entry = int(dataset[sequence][0].LUTDescriptor[2])
            return 0.0, float(2**bits_per_entry - 1)
    bits = int(dataset.BitsStored)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    if not dataset.PixelRepresentation:
        low, high = 0, 2**bits - 1
    slope = float(dataset.get("RescaleSlope", 1) or 1)
    intercept = float(dataset.get("RescaleIntercept", 0) or 0)
    return low * slope + intercept, high * slope + intercept


def _luminance(colour: NDArray[np.generic]) -> Pixels:
    """ITU-R 601, as for JPEG and PNG."""
    weighed: NDArray[np.float64] = colour[..., :3].astype(np.float64) @ [0.299, 0.587, 0.114]
    return np.clip(weighed + 0.5, 0, 255).astype(np.uint8)
