"""The calibration error is its definition, and its p-value tells chance from a real error."""

import numpy as np
import pytest

from training.evaluation.calibration_error import calibration_error, calibration_p_value

RNG = np.random.default_rng(0)
SAID = RNG.random(312)
TRUE = (RNG.random(312) < SAID).astype(np.int64)


def test_the_error_is_the_gap_between_said_and_seen() -> None:
    seen = np.array([1] * 60 + [0] * 40)
    assert calibration_error(np.full(100, 0.75), seen) == pytest.approx(0.15)


def test_gaps_of_two_bins_do_not_cancel() -> None:
    said = np.array([0.3, 0.7])
    assert calibration_error(said, np.array([1, 0])) == pytest.approx(0.7)


def test_certainty_falls_in_the_last_bin() -> None:
    assert calibration_error(np.array([1.0, 0.0]), np.array([1, 0])) == 0


def test_a_calibrated_model_is_not_told_from_chance() -> None:
    assert calibration_p_value(SAID, TRUE, simulations=400, seed=1) > 0.05


def test_a_model_that_is_too_sure_is_told_from_chance() -> None:
    too_sure = 1 / (1 + np.exp(-3 * np.log(SAID / (1 - SAID))))
    assert calibration_p_value(too_sure, TRUE, simulations=400, seed=1) < 0.01


def test_chances_of_a_calibrated_model_are_spread_evenly() -> None:
    chances = [
        calibration_p_value(
            SAID, (RNG.random(312) < SAID).astype(np.int64), simulations=100, seed=seed
        )
        for seed in range(200)
    ]
    assert np.mean(np.array(chances) < 0.5) == pytest.approx(0.5, abs=0.12)
