"""Checks that a JPEG codestream holds the data of its whole image.

Decoders fill up what is missing with grey, and report nothing. But data that is complete decides
every pixel: what follows it changes none, and its last bytes change some. So the codestream is
decoded with other bytes behind each part of its data, and with the last bytes exchanged.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from contracts.rejections import Rejection
from screening.errors import RejectedFile

END = b"\xff\xd9"
_START_OF_SCAN, _END_OF_IMAGE, _RESTART_INTERVAL = 0xDA, 0xD9, 0xDD
_LOSSLESS_FRAME = 0xC3
# SOF0 to SOF15, without DHT, JPG and DAC (ITU-T T.81, table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM, RST0 to RST7, SOI. 0xFF00 and 0xFFFF are no markers.
_STANDALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9), 0xFF})
# In the data of a scan, 0xFF is followed by 0 or by a restart marker.
_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_RESTART = re.compile(rb"\xff+([\xd0-\xd7])")
# Bytes behind the data that a decoder may read all the same: arithmetic coding drops zeros there.
_SLACK_BYTES = 16
# Bytes at the end of the data of which one at least must matter: some encoders pad.
_LAST_BYTES = 64
# Any bytes, without 0xFF.
_OTHER_BYTES = np.random.default_rng(1).integers(1, 255, _LAST_BYTES, np.uint8).tobytes()

# Begin and end of entropy-coded data.
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """`scans` is the data of each scan. `unit` is the rows and columns of one coding unit, of which
    `interval` lie between two restart markers; 0 where there are none.
    """

    scans: tuple[Span, ...]
    unit: tuple[int, int]
    interval: int


def complete(stream: bytes) -> bytes:
    """Returns the codestream with an end marker, and without what follows it.

    Raises RejectedFile where the data of a scan ends before the image does, where data is left
    over, or where a restart marker is missing; RuntimeError where it cannot be decoded at all.
    """
    layout = _read_layout(stream)
    if not layout.scans or not all(_has_all_restarts(stream, scan) for scan in layout.scans):
        raise RejectedFile(Rejection.DAMAGED)
    whole = stream[: layout.scans[-1][1]] + END
    digest = _digest(whole)
    if _digest(_pad_scans(whole, layout.scans)) != digest:
        raise RejectedFile(Rejection.DAMAGED)
    if not _uses_last_bytes(whole, layout, digest):
        raise RejectedFile(Rejection.DAMAGED)
    return whole


def _read_layout(stream: bytes) -> _Layout:
    """Walks through the marker segments, up to the end marker of the first image."""
    scans, unit, interval = [], (8, 8), 0
    for marker, start, end in _find_segments(stream):
        body = stream[start:end]
        if marker in _FRAMES:
            unit = _read_unit(marker, body)
        elif marker == _RESTART_INTERVAL:
            interval = int.from_bytes(body[:2], "big")
        elif marker == _START_OF_SCAN:
            scans.append((end, _find_scan_end(stream, end)))
    return _Layout(scans=tuple(scans), unit=unit, interval=interval)


def _find_segments(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yields each marker with the begin and end of its segment, without its length."""
    at = 2
    while (at := stream.find(b"\xff", at)) >= 0 and at + 1 < len(stream):
        marker = stream[at + 1]
        if marker == _END_OF_IMAGE:
            return
        if marker in _STANDALONE:
            at += 1
            continue
        end = at + 2 + max(2, int.from_bytes(stream[at + 2 : at + 4], "big"))
        yield marker, at + 4, end
        at = _find_scan_end(stream, end) if marker == _START_OF_SCAN else end


def _find_scan_end(stream: bytes, start: int) -> int:
    match = _MARKER.search(stream, start)
    # Half of an end marker may be left.
    return match.start() if match else max(start, len(stream) - stream.endswith(b"\xff"))


def _read_unit(marker: int, frame: bytes) -> tuple[int, int]:
    """Returns the size of a coding unit: a sample, a block, or the blocks of a subsampled image."""
    side = 1 if marker == _LOSSLESS_FRAME else 8
    factors = frame[7::3]  # One byte for each component: horizontal and vertical.
    if len(factors) < 2:
        return side, side
    return side * max(each & 15 for each in factors), side * max(each >> 4 for each in factors)


def _has_all_restarts(stream: bytes, scan: Span) -> bool:
    """Returns whether the restart markers count from 0 to 7, again and again."""
    numbers = [match[1][0] & 7 for match in _RESTART.finditer(stream, *scan)]
    return numbers == [index % 8 for index in range(len(numbers))]


def _pad_scans(stream: bytes, scans: tuple[Span, ...]) -> bytes:
    """Returns the codestream with other bytes before each marker that ends entropy-coded data."""
    padding = bytes(_SLACK_BYTES) + _OTHER_BYTES
    parts, last = [], 0
    for start, end in scans:
        data = _RESTART.sub(lambda match: padding + match[0], stream[start:end])
        parts += [stream[last:start], data, padding]
        last = end
    return b"".join([*parts, stream[last:]])


def _uses_last_bytes(stream: bytes, layout: _Layout, digest: int) -> bool:
    """Returns whether the last bytes of the data change the image: otherwise the decoder has
    finished before them, because it lost its place in damaged data.

    In a single scan, this holds for the last bytes before each restart marker.
    """
    spans = _find_intervals(stream, layout.scans[-1])
    if _digest(_exchange(stream, [_last_bytes(stream, spans[-1])])) == digest:
        # Where no byte changes the image, the tables have one code only: the scan adds nothing.
        return _digest(_exchange(stream, spans)) == digest
    return len(layout.scans) > 1 or not layout.interval or _uses_each_interval(stream, layout)


def _uses_each_interval(stream: bytes, layout: _Layout) -> bool:
    spans = _find_intervals(stream, layout.scans[0])
    other = _exchange(stream, [_last_bytes(stream, span) for span in spans])
    uses = _changes_by_interval(_decode(stream) != _decode(other), layout)
    return all(
        used or end - start < _LAST_BYTES for (start, end), used in zip(spans, uses, strict=False)
    )


def _find_intervals(stream: bytes, scan: Span) -> list[Span]:
    """Returns the data between restart markers."""
    start, end = scan
    restarts = list(_RESTART.finditer(stream, start, end))
    starts = [start, *(match.end() for match in restarts)]
    return list(zip(starts, [*(match.start() for match in restarts), end], strict=True))


def _last_bytes(stream: bytes, span: Span) -> Span:
    start, end = span
    first = max(start, end - _LAST_BYTES)
    # Not between 0xFF and the zero behind it.
    return min(end, first + (stream[first - 1 : first] == b"\xff")), end


def _exchange(stream: bytes, spans: list[Span]) -> bytes:
    changed = bytearray(stream)
    for start, end in spans:
        repeats = 1 + (end - start) // _LAST_BYTES
        changed[start:end] = (_OTHER_BYTES * repeats)[: end - start]
    return bytes(changed)


def _changes_by_interval(changes: NDArray[np.bool_], layout: _Layout) -> list[bool]:
    """Returns for each restart interval whether one of its pixels has changed."""
    rows, columns = layout.unit
    flat = changes.reshape(*changes.shape[:2], -1).any(axis=2)
    by_row = np.logical_or.reduceat(flat, range(0, flat.shape[0], rows), axis=0)
    units = np.logical_or.reduceat(by_row, range(0, flat.shape[1], columns), axis=1).ravel()
    return list(np.logical_or.reduceat(units, range(0, units.size, layout.interval)))


def _digest(stream: bytes) -> int:
    """Returns a checksum of the pixels: two images at a time would take much memory."""
    return zlib.crc32(_decode(stream).data)


def _decode(stream: bytes) -> NDArray[Any]:
    """Returns the grey pixels; all components where they are neither YCbCr nor RGB."""
    try:
        return imagecodecs.jpeg8_decode(stream, outcolorspace="GRAYSCALE")
    except RuntimeError:
        return imagecodecs.jpeg8_decode(stream)
