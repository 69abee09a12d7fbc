"""The calibration error follows its definition; its p-value tells chance from a real error."""

import numpy as np
import pytest

from training.evaluation.calibration_error import calibration_error, calibration_p_value
from training.value_types import Labels

RNG = np.random.default_rng(0)
PROBABILITIES = RNG.random(312)


def _draw_labels() -> Labels:
    return (RNG.random(312) < PROBABILITIES).astype(np.int64)


LABELS = _draw_labels()


def test_the_error_is_the_gap_between_said_and_seen() -> None:
    labels = np.array([1] * 60 + [0] * 40)
    assert calibration_error(np.full(100, 0.75), labels) == pytest.approx(0.15)


def test_gaps_of_two_bins_do_not_cancel() -> None:
    probabilities = np.array([0.3, 0.7])
    assert calibration_error(probabilities, np.array([1, 0])) == pytest.approx(0.7)


def test_certainty_falls_in_the_last_bin() -> None:
    assert calibration_error(np.array([1.0, 0.0]), np.array([1, 0])) == 0


def test_a_calibrated_model_is_not_told_from_chance() -> None:
    assert calibration_p_value(PROBABILITIES, LABELS, simulations=400, seed=1) > 0.05


def test_a_model_that_is_too_sure_is_told_from_chance() -> None:
    overconfident = 1 / (1 + np.exp(-3 * np.log(PROBABILITIES / (1 - PROBABILITIES))))
    assert calibration_p_value(overconfident, LABELS, simulations=400, seed=1) < 0.01


def test_chances_of_a_calibrated_model_are_spread_evenly() -> None:
    p_values = [
        calibration_p_value(PROBABILITIES, _draw_labels(), simulations=100, seed=seed)
        for seed in range(200)
    ]
    assert np.mean(np.array(p_values) < 0.5) == pytest.approx(0.5, abs=0.12)
