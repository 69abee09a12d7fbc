"""Calibration, threshold, band and reliability bins follow their rules."""

import numpy as np
import pytest

from training.errors import TrainingError
from training.fit.calibration import (
    Calibration,
    calibrate,
    choose_operating_point,
    fit_calibration,
    reliability_bins,
)
from training.value_types import Logits

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(0.0, 4.0, 20_000)
LABELS = (RNG.random(20_000) < 1 / (1 + np.exp(-LOGITS / 2.5))).astype(np.int64)


CALIBRATION = Calibration(temperature=2.5, shift=0.0)


def test_the_calibration_that_made_the_labels_is_found() -> None:
    calibration = fit_calibration(LOGITS - 1.0, LABELS)
    assert calibration.temperature == pytest.approx(2.5, rel=0.05)
    assert calibration.shift == pytest.approx(1.0 / 2.5, abs=0.05)


@pytest.mark.parametrize("logits", [-LOGITS, np.zeros(20_000)])
def test_logits_that_say_nothing_are_no_model(logits: Logits) -> None:
    with pytest.raises(TrainingError, match="Nothing was learnt"):
        fit_calibration(logits, LABELS)


def test_calibration_is_the_sigmoid_of_the_cooled_and_shifted_logit() -> None:
    probabilities = calibrate(np.array([0.0, 3.0, -1.5]), Calibration(temperature=1.5, shift=1.0))
    assert probabilities.tolist() == pytest.approx([0.7310586, 0.9525741, 0.5])


def test_the_threshold_leaves_as_many_pneumonias_above_as_were_asked_for() -> None:
    probabilities = calibrate(LOGITS, CALIBRATION)
    point = choose_operating_point(probabilities, LABELS, sensitivity=0.97, band_share=0.05)
    above = probabilities[LABELS == 1] >= point.threshold
    assert np.mean(above) == pytest.approx(0.97, abs=0.0005)


def test_the_band_takes_its_share_half_on_each_side() -> None:
    probabilities = calibrate(LOGITS, CALIBRATION)
    point = choose_operating_point(probabilities, LABELS, sensitivity=0.8, band_share=0.05)
    low, high = point.band
    assert np.mean((probabilities >= low) & (probabilities < point.threshold)) == pytest.approx(
        0.025, abs=0.002
    )
    assert np.mean((probabilities > point.threshold) & (probabilities <= high)) == pytest.approx(
        0.025, abs=0.002
    )


def test_the_threshold_is_inside_the_band_when_all_scores_are_on_one_side() -> None:
    probabilities = np.array([0.9, 0.92, 0.94, 0.96])
    point = choose_operating_point(
        probabilities, np.array([0, 0, 1, 1]), sensitivity=0.97, band_share=0.05
    )
    low, high = point.band
    assert low <= point.threshold <= high


def test_every_radiograph_is_in_one_reliability_bin() -> None:
    bins = reliability_bins(np.array([0.0, 0.05, 0.1, 0.95, 1.0]), np.array([0, 1, 1, 0, 1]))
    filled = [tuple(row.values()) for row in bins if row["radiographs"]]
    assert filled == [(0.0, 0.1, 2, 1), (0.1, 0.2, 1, 1), (0.9, 1.0, 2, 1)]
