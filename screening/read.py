"""Bytes to a checked radiograph: the one door through which every file comes in."""

from contracts.rejections import Rejection
from screening import dicom, raster
from screening.errors import RejectedFile
from screening.radiograph import MAX_BYTES, Radiograph

_DICOM_PREAMBLE = 128

# The first bytes of what people send by mistake, in the words that they use for it.
_LOOKS_LIKE = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"GIF8": "a GIF",
    b"II*\x00": "a TIFF",
    b"MM\x00*": "a TIFF",
    b"BM": "a BMP",
    b"RIFF": "a WebP or a video",
    b"\x1f\x8b": "a GZIP archive",
    b"<": "a web page or XML",
    b"{": "a text file",
}


def read_radiograph(content: bytes) -> Radiograph:
    """The radiograph in `content`, the whole bytes of a file. Raises RejectedFile."""
    if not content:
        raise RejectedFile(Rejection.EMPTY)
    if len(content) > MAX_BYTES:
        raise RejectedFile(Rejection.TOO_LARGE)
    if content.startswith((raster.JPEG_START, raster.PNG_START)):
        return raster.read(content)
    if content[_DICOM_PREAMBLE : _DICOM_PREAMBLE + 4] == b"DICM" or dicom.lacks_preamble(content):
        return dicom.read(content)
    raise RejectedFile(Rejection.NOT_A_PICTURE, _looks_like(content))


def _looks_like(content: bytes) -> str:
    for start, name in _LOOKS_LIKE.items():
        if content.startswith(start):
            return name
    if content[4:8] == b"ftyp":
        return "a HEIC picture or a video"
    return "" if b"\0" in content[:512] else "a text file"
