"""DICOM to a radiograph: what is refused by its tags, and the tags that we keep."""

import io
import logging
import re
import warnings

import pydicom
from pydicom.dataset import FileDataset
from pydicom.pixels.utils import get_expected_length
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from contracts.rejections import Rejection
from screening.dicom_pixels import UNREADABLE, shown_pixels
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
        pixels = shown_pixels(dataset)
        return _describe(dataset, pixels)


def _parse(content: bytes) -> FileDataset:
    if DeflatedExplicitVRLittleEndian.encode() in content:
        # Inflated while it is parsed, before any limit can be checked: 50 MB may become 50 GB.
        raise RejectedFile(Rejection.DICOM_SYNTAX, DeflatedExplicitVRLittleEndian.name)
    try:
        dataset = pydicom.dcmread(io.BytesIO(content), force=True)
    except UNREADABLE as error:
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
