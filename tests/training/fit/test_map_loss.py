"""The map's loss falls where cells, lungs and class are right, and ignores what is not known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from training.fit.map_loss import MapLoss

SURE = 8.0


def build_targets(*, label: float, marked: bool, mask: bool = True) -> NDArray[np.float32]:
    """Lung in the left half; if marked, an opacity in four of its cells."""
    targets = np.zeros((1, 14, 14, 4), np.float32)
    targets[..., 3] = label
    if mask:
        targets[:, :, :7, 2] = 1
    targets[..., 1] = 1.0
    if marked:
        targets[:, 2:4, 2:5, 0] = 1
    elif label:
        targets[:, :, :8, 1] = 0
    return targets


def build_map(
    opacity: "tuple[slice, slice] | None",
) -> NDArray[np.float32]:
    cells = np.full((1, 14, 14, 2), -SURE, np.float32)
    cells[:, :, :7, 1] = SURE
    if opacity:
        cells[(0, *opacity, 0)] = SURE
    return cells


def measure(targets: object, cells: object) -> float:
    return float(MapLoss()(targets, cells))


OPACITY = (slice(2, 4), slice(2, 5))
ELSEWHERE_IN_LUNG = (slice(9, 11), slice(1, 4))
OUTSIDE = (slice(2, 4), slice(10, 13))


def test_the_right_map_has_next_to_no_loss() -> None:
    assert measure(build_targets(label=1, marked=True), build_map(OPACITY)) < 0.01
    assert measure(build_targets(label=0, marked=False), build_map(None)) < 0.01


@pytest.mark.parametrize("cells", [None, ELSEWHERE_IN_LUNG, OUTSIDE])
def test_a_marked_opacity_has_its_place(cells: "tuple[slice, slice] | None") -> None:
    assert measure(build_targets(label=1, marked=True), build_map(cells)) > 0.2


def test_an_unmarked_opacity_is_anywhere_in_the_lungs() -> None:
    targets = build_targets(label=1, marked=False)
    assert measure(targets, build_map(OPACITY)) < 0.01
    assert measure(targets, build_map(ELSEWHERE_IN_LUNG)) < 0.01
    assert measure(targets, build_map(OUTSIDE)) > 0.2
    assert measure(targets, build_map(None)) > 0.2


def test_a_film_without_a_mask_says_nothing_of_lungs_and_class() -> None:
    targets = build_targets(label=1, marked=False, mask=False)
    targets[..., 1] = 0
    assert measure(targets, build_map(OPACITY)) == measure(targets, build_map(None)) == 0
