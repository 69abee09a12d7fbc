"""Refuses polyglots: images that are also valid as another format and would carry it unchecked."""

import io
import struct
import zipfile

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats.signatures import DICOM_PREAMBLE, DICOM_PREFIX, JPEG_START, PNG_START

# A PDF header may stand anywhere in this many bytes (ISO 32000-1, annex H).
_PDF_HEADER_BYTES = 1024
# The end record of a ZIP archive without a comment.
_ZIP_END_BYTES = 22
# First bytes of programs for Windows, Linux and macOS, and of scripts. The 128-byte preamble of a
# DICOM file may hold anything (PS3.10 7.1); a TIFF header is usual there and harmless.
_PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
# A browser that guesses the type of a file takes one that starts so for a page.
_MARKUP_START = b"<"


def check(content: bytes) -> None:
    """Raises RejectedFile for a JPEG, PNG or DICOM file that is also valid as another format."""
    if _is_zip(content):
        raise RejectedFile(Rejection.POLYGLOT, "a ZIP archive")
    if b"%PDF-" in content[:_PDF_HEADER_BYTES]:
        raise RejectedFile(Rejection.POLYGLOT, "a PDF")
    if content.startswith(_PROGRAM_STARTS):
        raise RejectedFile(Rejection.POLYGLOT, "a program")
    if content[:DICOM_PREAMBLE].lstrip().startswith(_MARKUP_START):
        raise RejectedFile(Rejection.POLYGLOT, "a web page")
    if content.startswith((JPEG_START, PNG_START)) and content.startswith(
        DICOM_PREFIX, DICOM_PREAMBLE
    ):
        raise RejectedFile(Rejection.POLYGLOT, "a DICOM file")
    # Zeros after the end are usual: some systems store whole blocks.
    if content.startswith(PNG_START) and content[_png_end(content) :].strip(b"\0"):
        raise RejectedFile(Rejection.POLYGLOT, "other data")


def _is_zip(content: bytes) -> bool:
    """Returns whether the file ends with a ZIP archive that has an entry.

    An end record alone does not count: its signature of four bytes also occurs by chance. Trailing
    zeros are cut to the length of an end record, because many zeros would hide the archive from
    `zipfile` and not from every other tool.
    """
    trimmed = content.rstrip(b"\0") + bytes(_ZIP_END_BYTES)
    try:
        return bool(zipfile.ZipFile(io.BytesIO(trimmed)).infolist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error):
        return False


def _png_end(content: bytes) -> int:
    """Returns the offset behind the chunk IEND; the length of the file where IEND is missing."""
    offset = len(PNG_START)
    while offset + 12 <= len(content):
        length = int.from_bytes(content[offset : offset + 4], "big")
        chunk_type = content[offset + 4 : offset + 8]
        offset += 12 + length
        if chunk_type == b"IEND":
            return offset
    return len(content)
