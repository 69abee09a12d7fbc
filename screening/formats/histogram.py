"""Counts the values of large images, a few rows at a time, and derives percentiles and depths."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Rows that are processed at a time: numpy converts each value to eight bytes.
_BLOCK_ROWS = 256
# Defective pixels of a detector and letters on a film take less than this share, in percent, at
# either end of the values. A dead line of a detector of 2,000 lines takes 0.05 %.
OUTLIERS = 0.5
# Bits to which modalities quantise, in ascending order.
_DEPTHS = (8, 10, 12, 14, 16)


def count_codes(codes: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """Returns how often each possible code of 8 or 16 bits occurs: 256 or 65,536 counts."""
    size = 1 << 8 * codes.dtype.itemsize
    counts = np.zeros(size, np.int64)
    for rows in row_blocks(codes):
        counts += np.bincount(codes[rows].ravel(), minlength=size)
    return counts


def percentiles(
    values: NDArray[Any], counts: NDArray[np.int64], shares: tuple[float, ...]
) -> tuple[float, ...]:
    """Returns the percentiles of `values`, each of which occurs `counts` times; 0 where none
    does.
    """
    in_use = counts > 0
    if not in_use.any():
        return (0.0,) * len(shares)
    weights = counts[in_use]
    cuts = np.percentile(values[in_use], shares, weights=weights, method="inverted_cdf")
    return tuple(float(cut) for cut in cuts)


def estimate_depth(counts: NDArray[np.int64]) -> int:
    """Returns the smallest usual depth, in bits, that holds all values but a few outliers.

    Modalities store 10, 12 or 14 bits in 16: scaled from 16, such an image would be almost black.
    """
    (highest,) = percentiles(np.arange(counts.size), counts, (100 - OUTLIERS,))
    return next(bits for bits in _DEPTHS if int(highest).bit_length() <= bits)


def reduce_to_8_bits(samples: NDArray[np.unsignedinteger], *, depth: int) -> NDArray[np.uint8]:
    """Returns the 8 highest of `depth` bits of each sample; values above that depth are white."""
    reduced = np.empty(samples.shape, np.uint8)
    for rows in row_blocks(samples):
        reduced[rows] = np.minimum(np.right_shift(samples[rows], depth - 8), 255)
    return reduced


def row_blocks(rows: NDArray[np.generic]) -> Iterator[slice]:
    """Yields slices that together cover all rows."""
    return (slice(top, top + _BLOCK_ROWS) for top in range(0, len(rows), _BLOCK_ROWS))
