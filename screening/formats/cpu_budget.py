"""How much CPU time the decoding of a file may take."""

from screening.formats.codestream import JPEG_2000
from screening.formats.signatures import JPEG_START

# A PNG or an uncompressed DICOM file of 40 megapixels, the largest accepted, takes 1.1 s.
_SECONDS = 2.0
# JPEG 2000 without loss takes 0.3 s for each megabyte of its codestream, and a progressive JPEG of
# 40 megapixels, which is decoded several times, 0.5 s. Twice that, for slower machines.
_SECONDS_PER_MEGABYTE = 0.6
# A lossless film of 20 megapixels with 12 bits has 17 MB.
_MAX_SECONDS = 12.0
# The file meta information comes first and takes some 400 bytes.
_HEADER_BYTES = 2_048


def cpu_seconds(content: bytes) -> float:
    """Returns the CPU seconds that a file may take, by its format and its size."""
    header = content[:_HEADER_BYTES]
    is_slow = header.startswith(JPEG_START) or any(uid.encode() in header for uid in JPEG_2000)
    extra = _SECONDS_PER_MEGABYTE * len(content) / 2**20 if is_slow else 0.0
    return min(_SECONDS + extra, _MAX_SECONDS)
