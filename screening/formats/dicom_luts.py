"""Reads the look-up tables of a DICOM file: modality, VOI and palette (PS3.3 C.11.1.1, C.11.2.1.1,
C.7.6.3.1.5).

Devices contradict the standard in their descriptors, so the data decide: how wide an entry is, and
which value is white.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset


@dataclass(frozen=True, kw_only=True)
class LookUpTable:
    """`entries` are the values for the inputs from `first` on. `white` is the brightest value."""

    entries: NDArray[np.uint16]
    first: int
    white: int

    def apply(self, values: NDArray[np.generic]) -> NDArray[np.uint16]:
        """Looks up each value, rounded. Values outside the table get its first or last entry."""
        places = np.rint(values.astype(np.float64)).astype(np.int64) - self.first
        return self.entries[np.clip(places, 0, len(self.entries) - 1)]


def read_lut(
    item: Dataset, inputs: NDArray[np.generic], *, is_little_endian: bool, prefix: str = "LUT"
) -> LookUpTable | None:
    """Returns a table; None where the item has no descriptor or no data, as some programs write it.

    `inputs` are the values in the image, which tell whether the first one is signed. `prefix`
    starts the keywords of the tags. Raises ValueError where the descriptor announces more entries
    than there are.
    """
    descriptor, content = item.get(f"{prefix}Descriptor"), item.get(f"{prefix}Data")
    if not descriptor or content is None or _is_empty(content):
        return None
    count, first, bits = (int(number) for number in descriptor)
    count = count % 65536 or 65536
    entries = _read_entries(content, count, is_little_endian=is_little_endian)
    return LookUpTable(
        entries=entries,
        first=_resolve_sign(first, inputs),
        white=_find_white(int(entries.max()), bits),
    )


def _is_empty(content: Any) -> bool:
    return not isinstance(content, int) and len(content) == 0


def _read_entries(content: Any, count: int, *, is_little_endian: bool) -> NDArray[np.uint16]:
    """Returns `count` entries from words of one entry each, or of two of 8 bits, low byte first."""
    if isinstance(content, bytes):
        even = content[: len(content) // 2 * 2]
        words = np.frombuffer(even, "<u2" if is_little_endian else ">u2").astype("<u2")
    else:
        numbers = np.atleast_1d(np.asarray(content, np.int64))
        words = (numbers & 0xFFFF).astype("<u2")  # As signed words, some are negative.
    if len(words) == (count + 1) // 2 and count > 1:
        return words.view(np.uint8)[:count].astype(np.uint16)
    if len(words) < count:
        raise ValueError("The look-up table has fewer entries than its descriptor announces.")
    return words[:count].astype(np.uint16)


def _resolve_sign(first: int, inputs: NDArray[np.generic]) -> int:
    """Returns the first input of a table; its tag is often unsigned where the inputs are signed."""
    if first < 0x8000 or not inputs.size:
        return first
    is_signed = inputs.min() < 0 or inputs.max() < first
    return first - 0x10000 if is_signed else first


def _find_white(highest: int, bits: int) -> int:
    """Returns the value of white in a table whose descriptor says `bits` for an entry.

    Where the entries need fewer, white is the highest of them: devices say 16 for tables of 10 to
    15 bits, and the image would be almost black. Where they need more, white is their own depth.
    """
    needed = highest.bit_length()
    return highest if needed < bits else (1 << needed) - 1
