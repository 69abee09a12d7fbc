"""Decodes DICOM files, and refuses by their tags those that are not one radiograph."""

import io
import logging
import warnings
import zlib

import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.dataset import FileDataset
from pydicom.filereader import read_dataset, read_preamble
from pydicom.pixels.utils import get_expected_length
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    EncapsulatedCDAStorage,
    EncapsulatedPDFStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats.codestream import complete_pixel_data
from screening.formats.dicom_frames import holds_several_frames
from screening.formats.dicom_pixels import DECODE_ERRORS, PALETTE, photometric, render_pixels
from screening.formats.dicom_tags import build_radiograph
from screening.formats.dicom_values import tag_text
from screening.radiograph import MAX_BYTES, MAX_PIXELS, Radiograph

# pydicom logs unusual values, which may include a patient's name.
logging.getLogger("pydicom").disabled = True

# PS3.3 C.7.3.1.1.1: projection radiography. DR and RG are retired terms that are still sent; OT or
# no modality is usual in files that were converted from images.
_MODALITIES = frozenset({"CR", "DX", "DR", "RG", "OT", ""})
_GREY = frozenset({"MONOCHROME1", "MONOCHROME2"})
_COLOUR = frozenset({"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", PALETTE})
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
_DOCUMENTS = {EncapsulatedPDFStorage: "a PDF", EncapsulatedCDAStorage: "a report in XML"}
# Transfer syntaxes outside the standard, by the names that archives give them.
_PRIVATE_SYNTAXES = {"1.2.840.113619.5.2": "GE private implicit VR big endian"}
# Bytes of a data set after inflation: the largest image at 16 bits, and a whole file for other
# tags. Without a limit, a file could inflate to a thousand times its size.
_MAX_INFLATED_BYTES = 2 * MAX_PIXELS + MAX_BYTES


def lacks_preamble(content: bytes) -> bool:
    """Returns whether the file starts with its data set, as some older devices write it.

    Such a file starts with a tag of group 2 or 8, followed by an explicit VR or by an implicit
    length of less than 65,536 bytes.
    """
    group, vr = content[:2], content[4:6]
    if group == b"\x00\x08":
        return vr.isalpha()
    return group in (b"\x02\x00", b"\x08\x00") and (vr.isalpha() or content[6:8] == b"\0\0")


def decode(content: bytes) -> Radiograph:
    """Decodes the pixels and the tags of a DICOM file. Raises RejectedFile."""
    with warnings.catch_warnings():
        # Many real files violate the standard in ways that do not matter here.
        warnings.simplefilter("ignore")
        try:
            dataset, ends_early = _parse(content)
            _check(dataset, ends_early=ends_early)
            complete_pixel_data(dataset)
            return build_radiograph(dataset, render_pixels(dataset))
        except DECODE_ERRORS as error:
            raise RejectedFile(Rejection.DAMAGED) from error


def is_document(content: bytes) -> bool:
    """Returns whether a DICOM file holds a document, such as a PDF, instead of an image."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return "EncapsulatedDocument" in _parse(content)[0]
    except (RejectedFile, *DECODE_ERRORS):
        return False


def _parse(content: bytes) -> tuple[FileDataset, bool]:
    """Parses a data set with or without preamble and file meta information.

    Returns whether the file ends inside an element as well: pydicom drops this element.
    """
    file = io.BytesIO(content)
    syntax = _read_syntax(file)
    if syntax and syntax.type != "Transfer Syntax":
        raise RejectedFile(Rejection.DICOM_SYNTAX, _PRIVATE_SYNTAXES.get(syntax, _uid_text(syntax)))
    is_deflated = syntax == DeflatedExplicitVRLittleEndian
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        plain = io.BytesIO(_inflate(file.read()) if is_deflated else content)
        dataset = pydicom.dcmread(plain, force=True)
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, little = dataset.original_encoding
        explicit = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit
    # The message that pydicom gives the error at the end of a file.
    is_cut = any("in file <no filename>" in str(note.message) for note in notes)
    return dataset, is_cut or _is_last_value_short(dataset)


def _is_last_value_short(dataset: FileDataset) -> bool:
    element = dataset.get_item(max(dataset.keys(), default=0))
    value = element.value if isinstance(element, RawDataElement) else None
    return isinstance(value, bytes) and len(value) < element.length


def _read_syntax(file: io.BytesIO) -> UID | None:
    """Returns the transfer syntax in the file meta information, and leaves the file behind it; None
    where there is none.
    """
    read_preamble(file, force=True)
    if file.read(2) != b"\x02\0":
        return None
    file.seek(-2, io.SEEK_CUR)
    meta = read_dataset(file, False, True, stop_when=lambda tag, *_: tag.group != 2)
    syntax: UID | None = meta.get("TransferSyntaxUID")
    return syntax


def _uid_text(uid: UID) -> str:
    """Returns digits and dots; any other value may be free text, which must not reach a fact."""
    return str(uid) if uid.is_valid else "unknown"


def _inflate(content: bytes) -> bytes:
    """Returns the data set of a deflated file: pydicom would inflate without a limit."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = inflater.decompress(content, _MAX_INFLATED_BYTES)
    if not inflater.eof:
        raise RejectedFile(Rejection.TOO_LARGE if inflater.unconsumed_tail else Rejection.DAMAGED)
    return inflated


def _check(dataset: FileDataset, *, ends_early: bool) -> None:
    """Raises RejectedFile for whatever can be checked before the pixels are decoded."""
    if "EncapsulatedDocument" in dataset:
        raise RejectedFile(Rejection.DOCUMENT, _DOCUMENTS.get(dataset.get("SOPClassUID"), ""))
    modality = tag_text(dataset, "Modality").upper()
    if modality not in _MODALITIES:
        # Any other value may be free text, which must not reach a fact.
        name = modality if modality in _OTHER_MODALITIES else "unknown"
        raise RejectedFile(Rejection.DICOM_MODALITY, name)
    if _is_raw(dataset):
        raise RejectedFile(Rejection.DICOM_FOR_PROCESSING)
    if "PixelData" not in dataset:
        raise RejectedFile(Rejection.DAMAGED if ends_early else Rejection.DICOM_NO_PIXELS)
    if not (_number(dataset, "BitsAllocated") and _number(dataset, "SamplesPerPixel")):
        raise RejectedFile(Rejection.DICOM_PIXELS)
    rows, columns = _number(dataset, "Rows"), _number(dataset, "Columns")
    if rows * columns > MAX_PIXELS:
        raise RejectedFile(Rejection.TOO_LARGE)
    if rows * columns == 0 or photometric(dataset) not in _GREY | _COLOUR:
        raise RejectedFile(Rejection.DICOM_PIXELS)
    if _holds_several_frames(dataset):
        raise RejectedFile(Rejection.SEVERAL_FRAMES)
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_compressed and len(dataset.PixelData) < get_expected_length(dataset):
        raise RejectedFile(Rejection.DAMAGED)


def _is_raw(dataset: FileDataset) -> bool:
    """Returns whether the file holds the detector's data, which nobody is meant to read (PS3.3
    C.8.11.1.1.1).

    They are often logarithmic or inverted, and no window makes them a radiograph.
    """
    intent = tag_text(dataset, "PresentationIntentType").upper()
    classes = (dataset.get("SOPClassUID"), dataset.file_meta.get("MediaStorageSOPClassUID"))
    names = (UID(str(uid)).name for uid in classes if uid)
    return "PROCESSING" in intent or any(name.endswith("For Processing") for name in names)


def _holds_several_frames(dataset: FileDataset) -> bool:
    try:
        return holds_several_frames(dataset)
    except (TypeError, ValueError) as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error


def _number(dataset: FileDataset, keyword: str) -> int:
    """Returns a tag's value; 0 where the tag is missing or empty."""
    try:
        return int(dataset.get(keyword) or 0)
    except (TypeError, ValueError) as error:
        raise RejectedFile(Rejection.DICOM_PIXELS) from error
