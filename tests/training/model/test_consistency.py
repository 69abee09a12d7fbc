"""The consistency loss grows with the difference of two views, and exists only in training."""

import numpy as np
import pytest
from numpy.typing import NDArray

from training.model.consistency import ConsistencyLoss

LOGITS = np.array([[1.0], [3.0], [-2.0], [-2.0]], np.float32)


def _loss(weight: float, *, training: bool, logits: NDArray[np.float32] = LOGITS) -> float:
    layer = ConsistencyLoss(weight=weight)
    np.testing.assert_array_equal(layer(logits, training=training), logits)
    return float(sum(layer.losses))


def test_views_cost_half_the_square_of_their_difference() -> None:
    # Differences of 2 and 0.
    assert _loss(0.1, training=True) == pytest.approx(0.1 * (2.0 + 0.0) / 2)


def test_far_views_pull_no_harder_than_those_four_apart() -> None:
    far, further = (np.array([[0.0], [apart]], np.float32) for apart in (10.0, 11.0))
    rise = _loss(1.0, training=True, logits=further) - _loss(1.0, training=True, logits=far)
    assert rise == pytest.approx(4.0)


def test_nothing_is_added_where_nothing_is_learnt() -> None:
    assert _loss(0.1, training=False) == _loss(0.0, training=True) == 0.0
