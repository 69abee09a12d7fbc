"""Calibration and reliability bins follow their rules."""

import numpy as np
import pytest

from training.errors import TrainingError
from training.fit.calibration import (
    Calibration,
    calibrate,
    fit_calibration,
    reliability_bins,
    shift_prevalence,
)
from training.value_types import Logits

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(0.0, 4.0, 20_000)
LABELS = (RNG.random(20_000) < 1 / (1 + np.exp(-LOGITS / 2.5))).astype(np.int64)


def test_the_calibration_that_made_the_labels_is_found() -> None:
    calibration = fit_calibration(LOGITS - 1.0, LABELS)
    assert calibration.temperature == pytest.approx(2.5, rel=0.05)
    assert calibration.shift == pytest.approx(1.0 / 2.5, abs=0.05)


def test_the_prevalence_of_the_set_does_not_count() -> None:
    kept = (LABELS == 1) | (RNG.random(20_000) < 0.2)
    calibration = fit_calibration(LOGITS[kept], LABELS[kept])
    assert calibration.temperature == pytest.approx(2.5, rel=0.05)
    assert calibration.shift == pytest.approx(0, abs=0.1)


def test_the_group_with_the_largest_loss_decides() -> None:
    """The network is half as sure of one machine's films as it should be of the other's."""
    known, other = np.repeat([True, False], 10_000), np.repeat([False, True], 10_000)
    logits = np.where(known, 2 * LOGITS, LOGITS)
    pooled = fit_calibration(logits, LABELS)
    worst = fit_calibration(logits, LABELS, [known | other, known, other])
    alone = fit_calibration(logits[other], LABELS[other])
    assert worst.temperature == pytest.approx(3.4, abs=0.4)
    assert alone.temperature < worst.temperature < 5
    assert worst != pooled

    def loss(
        calibration: Calibration, members: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    ) -> float:
        chances = calibrate(logits[members], calibration)
        of_label = np.where(LABELS[members] == 1, chances, 1 - chances)
        return float(
            np.mean([-np.log(of_label[LABELS[members] == label]).mean() for label in (0, 1)])
        )

    assert max(loss(worst, known), loss(worst, other)) < max(
        loss(pooled, known), loss(pooled, other)
    )


def test_a_set_without_errors_does_not_give_certainty() -> None:
    """98 of 98 count as 99 of 100 (Platt 1999)."""
    labels = np.arange(196) % 2
    calibration = fit_calibration(np.where(labels == 1, 1.0, -1.0), labels)
    assert calibrate(np.array([1.0, -1.0]), calibration) == pytest.approx([0.99, 0.01], abs=1e-3)


@pytest.mark.parametrize("logits", [-LOGITS, np.zeros(20_000)])
def test_logits_that_say_nothing_are_no_model(logits: Logits) -> None:
    with pytest.raises(TrainingError, match="Nothing was learnt"):
        fit_calibration(logits, LABELS)


def test_calibration_is_the_sigmoid_of_the_cooled_and_shifted_logit() -> None:
    probabilities = calibrate(np.array([0.0, 3.0, -1.5]), Calibration(temperature=1.5, shift=1.0))
    assert probabilities.tolist() == pytest.approx([0.7310586, 0.9525741, 0.5])


def test_another_prevalence_multiplies_the_odds() -> None:
    shifted = shift_prevalence(np.array([0.0, 0.5, 0.9, 1.0]), old=0.5, new=0.75)
    assert shifted.tolist() == pytest.approx([0, 0.75, 27 / 28, 1])
    assert shift_prevalence(shifted, old=0.75, new=0.5).tolist() == pytest.approx([0, 0.5, 0.9, 1])


def test_every_radiograph_is_in_one_reliability_bin() -> None:
    bins = reliability_bins(np.array([0.0, 0.05, 0.1, 0.95, 1.0]), np.array([0, 1, 1, 0, 1]))
    filled = [tuple(row.values()) for row in bins if row["radiographs"]]
    assert filled == [(0.0, 0.1, 2, 1), (0.1, 0.2, 1, 1), (0.9, 1.0, 2, 1)]
