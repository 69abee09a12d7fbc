"""Whether a probability means what it says: the calibration error, and what chance alone gives."""

import numpy as np

from training.fit.calibration import Labels, Probabilities

BINS = 15


def calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Expected calibration error (Guo et al. 2017): over BINS equal-width bins, the mean distance,
    weighted by count, of a bin's mean probability from its share of pneumonia.
    """
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=probabilities - labels, minlength=BINS)
    return float(np.sum(np.abs(gaps)) / len(labels))


def calibration_p_value(
    probabilities: Probabilities, labels: Labels, *, simulations: int, seed: int
) -> float:
    """The p-value of the calibration error: how often a model that is calibrated exactly, and says
    these same probabilities, would show an error as large.

    The error of finitely many radiographs is never zero, so its value alone says little. Labels
    are drawn from the probabilities themselves (Vaicenavicius et al. 2019, consistency resampling).
    """
    seen = calibration_error(probabilities, labels)
    rng = np.random.default_rng(seed)
    drawn = (rng.random(len(labels)) < probabilities for _ in range(simulations))
    errors = [calibration_error(probabilities, label.astype(np.int64)) for label in drawn]
    return (1 + int(np.sum(np.array(errors) >= seen))) / (1 + simulations)
