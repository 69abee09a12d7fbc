"""Finds images of which a part is missing: rows of one grey over the whole width.

Collimation leaves black rows as well, at the edges. The limits are from the training films, adult
films included (8,068 files): a black edge at the bottom is at most 18 % of the height higher than
that at the top, no other edge is of one grey, and no more than 0.9 % of the rows between them are.
"""

import numpy as np
from numpy.typing import NDArray

from screening.radiograph import Pixels

# Shares of the height. Data arrives from top to bottom, so what is missing is missing below.
_MAX_BLACK_BELOW = 0.2
_MAX_OTHER_EDGE = 0.05
_MAX_BETWEEN = 0.02
# Grey level up to which an edge may be collimated.
_MAX_BLACK = 16


def has_missing_rows(pixels: Pixels) -> bool:
    """Returns whether rows of one grey are no collimation; `pixels` is rows x columns of grey."""
    runs = _find_runs(pixels)
    if not runs:
        return False
    rows = len(pixels)
    top = runs[0][1] if runs[0][0] == 0 else 0
    bottom = rows - runs[-1][0] if runs[-1][1] == rows else 0
    edges = ((top, pixels[0, 0]), (bottom, pixels[-1, 0]))
    between = max((end - start for start, end in runs if start > 0 and end < rows), default=0)
    return (
        bottom - top >= _MAX_BLACK_BELOW * rows
        or between >= _MAX_BETWEEN * rows
        or any(grey > _MAX_BLACK and size >= _MAX_OTHER_EDGE * rows for size, grey in edges)
    )


def _find_runs(pixels: Pixels) -> list[tuple[int, int]]:
    """Returns the begin and end of each run of rows that have one grey, the same in all rows."""
    is_even: NDArray[np.bool_] = pixels.min(axis=1) == pixels.max(axis=1)
    continues = is_even[1:] & is_even[:-1] & (pixels[1:, 0] == pixels[:-1, 0])
    starts = np.flatnonzero(is_even & ~np.concatenate([[False], continues]))
    ends = np.flatnonzero(is_even & ~np.concatenate([continues, [False]])) + 1
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
