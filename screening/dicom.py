"""DICOM to a radiograph: modality, window, rescale, MONOCHROME1 and the tags that we keep."""

import io
import logging
import re
import warnings

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset
from pydicom.errors import InvalidDicomError
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.pixels.utils import get_expected_length
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGExtended12Bit,
)

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.radiograph import MAX_PIXELS, Identity, Pixels, Radiograph

# pydicom's log quotes the values that it finds odd, and they may name a patient.
logging.getLogger("pydicom").disabled = True

# PS3.3 C.7.3.1.1.1: projection radiographs. DR and RG are older names that are still sent; OT and
# none stand in files that were converted from pictures.
_MODALITIES = frozenset({"CR", "DX", "DR", "RG", "OT", ""})
_GREY = frozenset({"MONOCHROME1", "MONOCHROME2"})
_COLOUR = frozenset({"RGB", "YBR_FULL", "YBR_FULL_422"})
# PS3.3 C.8.1.2.1.1, C.7.6.1.1.1 and C.7.3.1.1.1. Anything else in these tags may be free text,
# which does not go into a fact.
_VIEWS = frozenset({"PA", "AP", "LL", "RL", "RLD", "LLD", "LLO", "RLO"})
_LATERALITIES = frozenset({"L", "R", "B", "U"})
# fmt: off
_OTHER_MODALITIES = frozenset({
    "AR", "AU", "BDUS", "BI", "BMD", "CT", "DG", "DOC", "ECG", "EPS",
    "ES", "FID", "GM", "HC", "HD", "IO", "IOL", "IVOCT", "IVUS", "KER",
    "KO", "LEN", "LS", "MG", "MR", "NM", "OAM", "OCT", "OP", "OPM",
    "OPT", "OPV", "OSS", "PLAN", "PR", "PT", "PX", "REG", "RESP", "RF",
    "RTDOSE", "RTIMAGE", "RTPLAN", "RTRECORD", "RTSTRUCT", "SEG", "SM", "SMR", "SR", "SRF",
    "STAIN", "TG", "US", "VA", "XA", "XC",
})
# fmt: on
_AGE = re.compile(r"(\d{1,3})([YMWD]?)")
_PER_YEAR = {"Y": 1, "": 1, "M": 12, "W": 52, "D": 365}

# What pydicom and its decoders raise on files that contradict themselves.
_UNREADABLE = (
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


def lacks_preamble(content: bytes) -> bool:
    """Whether a data set starts at once, as some older devices write it: group 2 or 8, little
    endian, and an explicit VR or a short implicit length behind it.
    """
    group, vr = content[:2], content[4:6]
    return group in (b"\x02\x00", b"\x08\x00") and (vr.isalpha() or content[6:8] == b"\0\0")


def read(content: bytes) -> Radiograph:
    """The picture and the tags of a DICOM file. Raises RejectedFile."""
    with warnings.catch_warnings():
        # Real files bend the standard; what matters to us is checked below.
        warnings.simplefilter("ignore")
        dataset = _parse(content)
        _check(dataset)
        pixels = _pixels(dataset)
        return _describe(dataset, pixels)


def _parse(content: bytes) -> FileDataset:
    if DeflatedExplicitVRLittleEndian.encode() in content:
        # Inflated while it is parsed, before any limit can be checked: 50 MB may become 50 GB.
        raise RejectedFile(Rejection.DICOM_SYNTAX, DeflatedExplicitVRLittleEndian.name)
    try:
        dataset = pydicom.dcmread(io.BytesIO(content), force=True)
    except _UNREADABLE as error:
        raise RejectedFile(Rejection.DAMAGED) from error
    if "TransferSyntaxUID" not in dataset.file_meta:
        explicit, little = dataset.original_encoding
        dataset.file_meta.TransferSyntaxUID = (
            ExplicitVRLittleEndian if explicit else ImplicitVRLittleEndian
        )
        if not little:
            raise RejectedFile(Rejection.DICOM_SYNTAX, "big endian without a file header")
    return dataset


def _check(dataset: FileDataset) -> None:
    """All that can be known before the pixels are decoded."""
    modality = _text(dataset, "Modality").upper()
    if modality not in _MODALITIES:
        known = modality in _OTHER_MODALITIES
        raise RejectedFile(Rejection.DICOM_MODALITY, modality if known else "unknown")
    if "PixelData" not in dataset:
        raise RejectedFile(Rejection.DICOM_NO_PIXELS)
    if _number(dataset, "NumberOfFrames", default=1) > 1:
        raise RejectedFile(Rejection.SEVERAL_FRAMES)
    rows, columns = _number(dataset, "Rows"), _number(dataset, "Columns")
    if rows * columns > MAX_PIXELS:
        raise RejectedFile(Rejection.TOO_LARGE)
    if rows * columns == 0 or _text(dataset, "PhotometricInterpretation") not in _GREY | _COLOUR:
        raise RejectedFile(Rejection.DICOM_PIXELS)
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_compressed and len(dataset.PixelData) < get_expected_length(dataset):
        raise RejectedFile(Rejection.DAMAGED)


def _pixels(dataset: FileDataset) -> Pixels:
    syntax = dataset.file_meta.TransferSyntaxUID
    try:
        stored = dataset.pixel_array
    except _UNREADABLE as error:
        if _can_decode(syntax):
            raise RejectedFile(Rejection.DICOM_PIXELS) from error
        name = "unknown" if syntax.name == syntax else syntax.name
        raise RejectedFile(Rejection.DICOM_SYNTAX, name) from error
    if stored.ndim == 3:
        return _luminance(stored)
    try:
        grey = _displayed(stored, dataset)
    except _UNREADABLE as error:
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


def _describe(dataset: FileDataset, pixels: Pixels) -> Radiograph:
    burned_in = _text(dataset, "BurnedInAnnotation").upper()
    laterality = (_text(dataset, "ImageLaterality") or _text(dataset, "Laterality")).upper()
    view = _text(dataset, "ViewPosition").upper()
    return Radiograph(
        pixels=pixels,
        file_format="DICOM",
        view=view if view in _VIEWS else None,
        laterality=laterality if laterality in _LATERALITIES else None,
        burned_in_annotation={"YES": True, "NO": False}.get(burned_in),
        age_years=_age_years(_text(dataset, "PatientAge")),
        identity=Identity(
            patient_id=_text(dataset, "PatientID"),
            accession_number=_text(dataset, "AccessionNumber"),
            study_uid=_text(dataset, "StudyInstanceUID"),
            series_uid=_text(dataset, "SeriesInstanceUID"),
            instance_uid=_text(dataset, "SOPInstanceUID"),
        ),
    )


def _age_years(text: str) -> int | None:
    """Whole years of an age string (PS3.5 6.2, AS: 062Y, 018M); some devices leave the unit out."""
    match = _AGE.fullmatch(text.strip().upper())
    return int(match[1]) // _PER_YEAR[match[2]] if match else None


def _text(dataset: FileDataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _number(dataset: FileDataset, keyword: str, *, default: int = 0) -> int:
    try:
        return int(dataset.get(keyword) or default)
    except (TypeError, ValueError) as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error
