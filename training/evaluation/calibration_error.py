"""The expected calibration error, and its p-value under perfect calibration."""

import numpy as np

from training.value_types import Labels, Probabilities

BINS = 15


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Returns the expected calibration error (Guo et al. 2017) over BINS bins of equal width.

    It is the mean distance, weighted by count, of a bin's mean probability from its share of
    pneumonia.
    """
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=probabilities - labels, minlength=BINS)
    return float(np.sum(np.abs(gaps)) / len(labels))


def calibration_p_value(
    probabilities: Probabilities, labels: Labels, *, simulations: int, seed: int
) -> float:
    """Returns how often a perfectly calibrated model would show an error as large.

    The error of finitely many radiographs is never zero, so its value alone says little. Labels
    are drawn from the probabilities (Vaicenavicius et al. 2019, consistency resampling).
    """
    observed = calibration_error(probabilities, labels)
    rng = np.random.default_rng(seed)
    draws = (rng.random(len(labels)) < probabilities for _ in range(simulations))
    errors = [calibration_error(probabilities, draw.astype(np.int64)) for draw in draws]
    return (1 + int(np.sum(np.array(errors) >= observed))) / (1 + simulations)
