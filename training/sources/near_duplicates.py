"""Near-identical pictures: a picture published twice, with another size, name or compression.

The rule: squashed to 16 x 16 means of grey, two pictures differ by at most 2 of 256 levels on
average. In the public set (5,544 of its pictures at 224 x 224), the 33 known pairs differ by 0 and
all others by more than 6. A picture that was cropped, turned or mirrored is not found.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screening.radiograph import Pixels
from training.sources.connected_groups import joined

SIDE = 16
TOLERANCE = 2.0


def sketch(pixels: Pixels) -> Pixels:
    """The means of 16 x 16 fields: uint8 of shape (256,), of rows x columns of grey."""
    squashed = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(squashed).reshape(-1)


def near_duplicates(sketches: Sequence[Pixels]) -> list[int]:
    """For each picture the first one of its group, by index; its own where it is alone."""
    return joined(len(sketches), _pairs(sketches)) if sketches else []


def _pairs(sketches: Sequence[Pixels]) -> Iterator[tuple[int, int]]:
    """Means differ by no more than pictures do: only pictures of a like mean are compared."""
    values: NDArray[np.float32] = np.stack(sketches).astype(np.float32)
    means = values.mean(axis=1, dtype=np.float64)
    order = np.argsort(means, kind="stable")
    # Room for the last digit of the means.
    ends = np.searchsorted(means[order], means[order] + TOLERANCE + 1e-6, side="right")
    for place, index in enumerate(order):
        near = order[place + 1 : ends[place]]
        differences = np.abs(values[near] - values[index]).mean(axis=1)
        for other in near[differences <= TOLERANCE]:
            yield int(index), int(other)
