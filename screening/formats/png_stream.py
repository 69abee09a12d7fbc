"""Checks that a PNG holds all its rows: Pillow takes rows that are missing for black."""

import zlib
from collections.abc import Iterator

from contracts.rejections import Rejection
from screening.errors import RejectedFile
from screening.formats.signatures import PNG_START

# Samples of a pixel, by colour type (PNG specification, 11.2.2).
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column, first row, step across and step down of the seven passes of an interlaced image.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_BLOCK_BYTES = 1 << 20


def check_complete(content: bytes) -> None:
    """Raises RejectedFile where the image data is shorter than the header says."""
    header = content[16:29]
    if _count_data_bytes(content) < _expected_bytes(header):
        raise RejectedFile(Rejection.DAMAGED)


def _expected_bytes(header: bytes) -> int:
    """Returns the bytes of all rows, each with its filter byte, from the fields of IHDR."""
    columns, rows = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits = header[8] * _SAMPLES.get(header[9], 1)
    passes = _PASSES if header[12] else ((0, 0, 1, 1),)
    total = 0
    for left, top, across, down in passes:
        width, height = -(-(columns - left) // across), -(-(rows - top) // down)
        if width > 0 and height > 0:
            total += height * (1 + (width * bits + 7) // 8)
    return total


def _count_data_bytes(content: bytes) -> int:
    """Inflates the chunks IDAT, block by block. Raises zlib.error for damaged data."""
    inflater = zlib.decompressobj()
    total = 0
    for data in _find_data(content):
        while data and not inflater.eof:
            total += len(inflater.decompress(data, _BLOCK_BYTES))
            data = inflater.unconsumed_tail
    return total


def _find_data(content: bytes) -> Iterator[bytes]:
    at = len(PNG_START)
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if content[at + 4 : at + 8] == b"IDAT":
            yield content[at + 8 : at + 8 + length]
        at += 12 + length
