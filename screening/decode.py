"""Decodes the bytes of a file to a radiograph: the only entry for files of any format."""

from dataclasses import replace

from contracts.answers import NotAssessed
from contracts.rejections import Rejection
from screening.contrast import lacks_contrast
from screening.errors import RejectedFile
from screening.formats import dicom, polyglot, raster
from screening.formats.signatures import (
    DICOM_PREAMBLE,
    DICOM_PREFIX,
    JPEG_START,
    PNG_START,
    identify_file_type,
)
from screening.missing_rows import has_missing_rows
from screening.radiograph import MAX_BYTES, Radiograph


def decode_radiograph(content: bytes) -> Radiograph:
    """Decodes all bytes of a JPEG, PNG or DICOM file. Raises RejectedFile."""
    if not content:
        raise RejectedFile(Rejection.EMPTY)
    if len(content) > MAX_BYTES:
        raise RejectedFile(Rejection.TOO_LARGE)
    is_raster = content.startswith((JPEG_START, PNG_START))
    if not is_raster and not _is_dicom(content):
        raise RejectedFile(Rejection.NOT_A_PICTURE, identify_file_type(content))
    try:
        polyglot.check(content)
    except RejectedFile as error:
        # The PDF in a DICOM file may begin so early that it looks like a polyglot.
        if not is_raster and dicom.is_document(content):
            raise RejectedFile(Rejection.DOCUMENT, "a PDF") from error
        raise
    radiograph = raster.decode(content) if is_raster else dicom.decode(content)
    pixels = radiograph.pixels
    if radiograph.exclusion is None and (has_missing_rows(pixels) or lacks_contrast(pixels)):
        return replace(radiograph, exclusion=NotAssessed.QUALITY)
    return radiograph


def _is_dicom(content: bytes) -> bool:
    return content.startswith(DICOM_PREFIX, DICOM_PREAMBLE) or dicom.lacks_preamble(content)
