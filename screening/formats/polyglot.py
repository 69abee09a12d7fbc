"""Files that are a picture and something else, which would carry what nobody has looked at."""

import io
import struct
import zipfile

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats.signatures import DICOM_PREAMBLE, DICOM_PREFIX, JPEG_START, PNG_START

# A PDF may start this many bytes into a file, says its specification (ISO 32000-1, annex H).
_PDF_WITHIN = 1024
_ARCHIVE_END = 22
# What operating systems run: Windows, Linux, macOS, scripts. The 128 bytes before a DICOM file are
# anybody's (PS3.10 7.1), and a TIFF there is usual.
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")


def check(content: bytes) -> None:
    """Raises RejectedFile for a JPEG, PNG or DICOM file that is also something else."""
    if _is_archive(content):
        raise RejectedFile(Rejection.POLYGLOT, "a ZIP archive")
    if b"%PDF-" in content[:_PDF_WITHIN]:
        raise RejectedFile(Rejection.POLYGLOT, "a PDF")
    if content.startswith(_PROGRAMS):
        raise RejectedFile(Rejection.POLYGLOT, "a program")
    if content.startswith((JPEG_START, PNG_START)) and content.startswith(
        DICOM_PREFIX, DICOM_PREAMBLE
    ):
        raise RejectedFile(Rejection.POLYGLOT, "a DICOM file")
    # What follows is often zeros: some systems send whole blocks.
    if content.startswith(PNG_START) and content[_png_end(content) :].strip(b"\0"):
        raise RejectedFile(Rejection.POLYGLOT, "other data")


def _is_archive(content: bytes) -> bool:
    """With a file in it: the four bytes that end an archive also come by chance. Zeros behind it
    are as many as its own end may have, so that no more of them hide it.
    """
    shown = content.rstrip(b"\0") + bytes(_ARCHIVE_END)
    try:
        return bool(zipfile.ZipFile(io.BytesIO(shown)).infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return False


def _png_end(content: bytes) -> int:
    """Where the last chunk of a PNG ends; at the end of the file where that has no last one."""
    place = len(PNG_START)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        place += 12 + length
        if kind == b"IEND":
            return place
    return len(content)
