"""McNemar's test and the bootstrap of differences compare models film by film."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from training.comparison.paired_statistics import compute_mcnemar, measure_changes


def test_only_films_on_which_the_models_differ_count() -> None:
    baseline = np.array([True] * 80 + [True] * 9 + [False] * 1 + [False] * 10)
    challenger = np.array([True] * 80 + [False] * 9 + [True] * 1 + [False] * 10)
    result = compute_mcnemar(baseline, challenger)
    assert (result.only_baseline, result.only_challenger) == (9, 1)
    assert result.p_value == pytest.approx(binomtest(9, 10).pvalue)
    assert result.p_value == pytest.approx(0.0215, abs=1e-4)


def test_models_that_never_differ_are_equally_good() -> None:
    right = np.array([True, False, True])
    assert compute_mcnemar(right, right).p_value == 1.0


def test_a_pair_that_errs_on_the_same_films_has_a_narrow_interval() -> None:
    """A second model with as many errors on other films has a wide one."""
    rng = np.random.default_rng(0)
    labels = np.arange(400) % 2
    wrong = rng.random(400) < 0.2
    nearly_same = wrong.copy()
    nearly_same[np.flatnonzero(wrong)[:2]] = False
    other = rng.permutation(wrong)

    def measure(errors: NDArray[np.bool_], sample: NDArray[np.int64]) -> dict[str, float]:
        return {"accuracy": float(np.mean(~errors[sample]))}

    same, different = measure_changes(
        lambda sample: measure(wrong, sample),
        [lambda sample: measure(nearly_same, sample), lambda sample: measure(other, sample)],
        labels,
        patients=[str(index) for index in range(400)],
        resamples=300,
        seed=0,
    )
    assert same["accuracy"].difference == pytest.approx(2 / 400)
    assert same["accuracy"].error < 0.005 < different["accuracy"].error
    spread = np.sqrt(np.mean(wrong != other))
    assert different["accuracy"].error == pytest.approx(spread / np.sqrt(400), rel=0.15)


def test_patients_are_drawn_and_not_films() -> None:
    """With ten films of each patient, the interval is wider than with films of as many patients."""
    labels = np.arange(400) % 2
    worse = np.repeat(np.arange(40) % 5 == 0, 10)
    zeros = np.zeros(400)

    def error(patients: list[str]) -> float:
        [changes] = measure_changes(
            lambda sample: {"errors": float(zeros[sample].mean())},
            [lambda sample: {"errors": float(worse[sample].mean())}],
            labels,
            patients=patients,
            resamples=300,
            seed=0,
        )
        return changes["errors"].error

    by_patient = error([str(index // 10) for index in range(400)])
    assert by_patient > 2 * error([str(index) for index in range(400)])
