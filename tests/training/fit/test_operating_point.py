"""Threshold and band suit the group of films that does worst."""

import numpy as np
import pytest

from training.fit.operating_point import (
    MAX_BAND_SHARE,
    MIN_ANSWERED_ACCURACY,
    MIN_SPECIFICITY,
    choose_operating_point,
)
from training.value_types import Labels, Members, Probabilities

RNG = np.random.default_rng(0)
LABELS = np.repeat([0, 1], 10_000)
ALL = np.ones(20_000, np.bool_)


def draw(distance: float) -> Probabilities:
    """Two normal distributions with a standard deviation of 1, `distance` apart."""
    log_odds = RNG.normal(0.0, 1.0, 20_000) + distance * (LABELS - 0.5)
    return 1 / (1 + np.exp(-log_odds))


def rates(
    probabilities: Probabilities, labels: Labels, members: Members, *, threshold: float
) -> tuple[float, float]:
    positive = probabilities >= threshold
    return (
        float(positive[members & (labels == 1)].mean()),
        float(1 - positive[members & (labels == 0)].mean()),
    )


def find_error(probabilities: Probabilities, members: Members, *, threshold: float) -> float:
    """The larger of the two errors, as a share of the allowed one."""
    sensitivity, specificity = rates(probabilities, LABELS, members, threshold=threshold)
    return max((1 - sensitivity) / 0.03, (1 - specificity) / (1 - MIN_SPECIFICITY))


def test_the_threshold_leaves_both_errors_the_same_share_of_what_is_allowed() -> None:
    probabilities = draw(3.5)
    point = choose_operating_point(probabilities, LABELS, [ALL], sensitivity=0.97, band_share=0.07)
    sensitivity, specificity = rates(probabilities, LABELS, ALL, threshold=point.threshold)
    expected = (1 - specificity) / (1 - MIN_SPECIFICITY)
    assert (1 - sensitivity) / 0.03 == pytest.approx(expected, abs=0.02)


def test_the_threshold_between_separate_classes_is_in_the_middle() -> None:
    probabilities = np.where(LABELS == 1, 0.9, 0.3) + np.linspace(0, 0.05, 20_000)
    point = choose_operating_point(probabilities, LABELS, [ALL], sensitivity=0.97, band_share=0.07)
    highest, lowest = probabilities[LABELS == 0].max(), probabilities[LABELS == 1].min()
    assert point.threshold == pytest.approx((highest + lowest) / 2, abs=1e-4)


@pytest.mark.parametrize("is_last", [True, False])
def test_the_worst_group_decides_on_the_threshold(is_last: bool) -> None:
    """The healthy films of one machine look a little ill; there the error is largest."""
    probabilities = draw(4)
    other = np.arange(20_000) % 10 == 0
    log_odds = np.log(probabilities / (1 - probabilities)) + 1.5 * (other & (LABELS == 0))
    probabilities = 1 / (1 + np.exp(-log_odds))
    pooled, worst = (
        choose_operating_point(probabilities, LABELS, groups, sensitivity=0.97, band_share=0.07)
        for groups in ([ALL], [ALL, other] if is_last else [other, ALL])
    )
    assert worst.threshold > pooled.threshold
    assert find_error(probabilities, other, threshold=worst.threshold) < find_error(
        probabilities, other, threshold=pooled.threshold
    )


def test_the_band_takes_its_share_half_on_each_side() -> None:
    probabilities = draw(8)
    point = choose_operating_point(probabilities, LABELS, [ALL], sensitivity=0.97, band_share=0.07)
    low, high = point.band
    for inside in (
        (probabilities >= low) & (probabilities < point.threshold),
        (probabilities > point.threshold) & (probabilities <= high),
    ):
        assert np.mean(inside) == pytest.approx(0.035, abs=0.002)
    assert "Band: the 7 % of films nearest" in point.rule


@pytest.mark.parametrize("has_group", [True, False])
def test_the_band_is_as_wide_as_the_worst_group_needs(has_group: bool) -> None:
    probabilities = draw(8)
    group = np.arange(20_000) % 10 == 0
    is_hard = group & (RNG.random(20_000) < 0.4)
    probabilities[is_hard] = draw(1.2)[is_hard]
    groups = [ALL, group] if has_group else [ALL]
    point = choose_operating_point(probabilities, LABELS, groups, sensitivity=0.97, band_share=0.01)
    low, high = point.band
    answered = (probabilities < low) | (probabilities > high)
    right = (probabilities >= point.threshold) == LABELS
    in_group = np.mean([right[answered & group & (label == LABELS)].mean() for label in (0, 1)])
    assert (in_group >= MIN_ANSWERED_ACCURACY) == has_group


def test_a_band_that_cannot_help_has_the_largest_share() -> None:
    probabilities = draw(1)
    point = choose_operating_point(probabilities, LABELS, [ALL], sensitivity=0.97, band_share=0.07)
    low, high = point.band
    inside = (probabilities >= low) & (probabilities <= high)
    assert np.mean(inside) == pytest.approx(MAX_BAND_SHARE, abs=0.002)


def test_the_threshold_is_inside_the_band_when_all_scores_are_on_one_side() -> None:
    probabilities, labels = np.array([0.9, 0.92, 0.94, 0.96]), np.array([0, 0, 1, 1])
    point = choose_operating_point(
        probabilities, labels, [labels >= 0], sensitivity=0.97, band_share=0.05
    )
    low, high = point.band
    assert low <= point.threshold <= high
