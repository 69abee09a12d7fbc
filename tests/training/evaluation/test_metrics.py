"""Metrics follow their definitions, and intervals come from resampled patients."""

from dataclasses import replace

import numpy as np
import pytest

from training.evaluation.metrics import bootstrap_intervals, compute_metrics
from training.fit.operating_point import OperatingPoint

POINT = OperatingPoint(threshold=0.5, band=(0.45, 0.6), rule="")
PROBABILITIES = np.array([0.1, 0.3, 0.55, 0.7, 0.9, 0.4])
LABELS = np.array([0, 0, 0, 1, 1, 1])


def test_figures_on_six_radiographs_are_those_counted_by_hand() -> None:
    metrics = compute_metrics(PROBABILITIES, LABELS, point=POINT)
    assert metrics["auc"] == pytest.approx(8 / 9)
    assert metrics["sensitivity"] == pytest.approx(2 / 3)
    assert metrics["specificity"] == pytest.approx(2 / 3)
    assert metrics["accuracy"] == pytest.approx(4 / 6)
    assert metrics["uncertain_share"] == pytest.approx(1 / 6)
    assert metrics["brier"] == pytest.approx((0.01 + 0.09 + 0.3025 + 0.09 + 0.01 + 0.36) / 6)


def test_calibration_is_measured_at_the_prevalence_of_the_set() -> None:
    """Three of four are ill: odds of 1 at balanced odds are then odds of 3."""
    labels = np.array([1, 1, 1, 0] * 10)
    metrics = compute_metrics(np.full(40, 0.5), labels, point=POINT)
    assert metrics["calibration_error"] == pytest.approx(0)
    assert metrics["brier"] == pytest.approx(0.75 * 0.25)


def test_what_is_answered_is_what_lies_outside_the_band() -> None:
    metrics = compute_metrics(PROBABILITIES, LABELS, point=POINT)
    assert metrics["answered_accuracy"] == pytest.approx(4 / 5)


def test_a_band_around_everything_leaves_no_wrong_answer() -> None:
    metrics = compute_metrics(PROBABILITIES, LABELS, point=replace(POINT, band=(0.0, 1.0)))
    assert (metrics["uncertain_share"], metrics["answered_accuracy"]) == (1, 1)


def test_only_certainty_in_the_wrong_class_is_confidently_wrong() -> None:
    probabilities = np.array([0.04, 0.06, 0.97, 0.94, 0.99, 0.01])
    metrics = compute_metrics(probabilities, np.array([1, 1, 0, 0, 1, 0]), point=POINT)
    assert metrics["confidently_wrong"] == pytest.approx(2 / 6)


def test_certainty_is_that_at_balanced_odds() -> None:
    """At the prevalence of the set, 0.06 would be below 0.05."""
    labels = np.array([1] + [0] * 9)
    metrics = compute_metrics(np.array([0.06] + [0.5] * 9), labels, point=POINT)
    assert metrics["confidently_wrong"] == 0


def test_radiographs_of_one_patient_are_drawn_together() -> None:
    def width(patients: list[str]) -> float:
        probabilities = np.tile(PROBABILITIES, 10)
        low, high = bootstrap_intervals(
            probabilities,
            np.tile(LABELS, 10),
            patients=patients,
            point=POINT,
            resamples=200,
            seed=0,
        )["sensitivity"]
        return high - low

    single = width([str(index) for index in range(60)])
    together = width([str(index % 6) for index in range(60)])
    assert together > 2 * single
