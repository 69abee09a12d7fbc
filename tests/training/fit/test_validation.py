"""The validation loss is that of the worst group with enough films of either class."""

import numpy as np
import pytest

from training.fit.validation import Validation

LABELS = np.array([0, 1] * 60)
RIGHT = np.where(LABELS == 1, 3.0, -3.0).astype(np.float32)
# Groups of 60, 52 and 8 films.
CLUSTERS = np.repeat([0, 1, 2], [60, 52, 8])


def measure(logits: "np.ndarray[tuple[int], np.dtype[np.float32]]", **weights: object) -> float:
    images = np.zeros((120, 1, 1, 1), np.float16)
    return Validation(images, LABELS, np.ones(120), CLUSTERS).loss(logits)


def test_alike_groups_have_the_loss_of_all() -> None:
    assert measure(RIGHT) == pytest.approx(np.log1p(np.exp(-3)), rel=1e-6)


def test_the_worst_group_counts() -> None:
    wrong = np.where(CLUSTERS == 1, 0, RIGHT).astype(np.float32)
    assert measure(wrong) == pytest.approx(np.log(2), rel=1e-6)


def test_a_group_of_few_films_counts_with_all_only() -> None:
    wrong = np.where(CLUSTERS == 2, 0, RIGHT).astype(np.float32)
    expected = (8 * np.log(2) + 112 * np.log1p(np.exp(-3))) / 120
    assert measure(wrong) == pytest.approx(expected, rel=1e-5)


def test_weights_count() -> None:
    images, weights = np.zeros((120, 1, 1, 1), np.float16), np.ones(120)
    weights[:60] = 3
    wrong = np.where(CLUSTERS == 0, 0, RIGHT).astype(np.float32)
    loss = Validation(images, LABELS, weights, np.zeros(120, np.int64)).loss(wrong)
    assert loss == pytest.approx((3 * np.log(2) + np.log1p(np.exp(-3))) / 4, rel=1e-6)


def test_the_area_under_the_roc_curve_is_that_of_all_films() -> None:
    validation = Validation(
        images=np.zeros((4, 1, 1, 1), np.float16),
        labels=np.array([0, 0, 1, 1]),
        weights=np.ones(4),
        clusters=np.zeros(4, np.int64),
    )
    assert validation.auc(np.array([-1.0, 0.5, 0.0, 2.0], np.float32)) == 0.75
