"""From logits to probabilities at balanced odds, fitted on validation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from training.errors import TrainingError
from training.value_types import Labels, Logits, Members, Probabilities

# Of the calibrated probabilities: so a site's prevalence is a plain shift.
PREVALENCE = 0.5
RELIABILITY_BINS = 10


@dataclass(frozen=True)
class Calibration:
    """The calibrated probability is sigmoid(logit / temperature + shift)."""

    temperature: float
    shift: float


def fit_calibration(
    logits: Logits, labels: Labels, groups: Sequence[Members] | None = None
) -> Calibration:
    """Minimises the log loss at balanced odds of the group with the largest (Platt 1999).

    A network is surer of the machines that it knows best; the worst group says how far to trust it
    on another. Without `groups` all radiographs are one. As Platt does, a class of n radiographs
    counts as right with probability (n + 1) / (n + 2): else a set without errors would give
    probabilities of 0 and 1. Raises TrainingError if the logits do not rise with the labels.
    """
    regression = LogisticRegression(class_weight="balanced")
    regression.fit(logits[:, np.newaxis], labels)
    if regression.coef_.item() <= 0:
        raise TrainingError(
            "Nothing was learnt: radiographs with pneumonia do not score higher on validation than "
            "normal ones. Check the labels, the learning rate and the number of epochs."
        )
    members_of_class = [
        [logits[members & (labels == label)] for label in (0, 1)]
        for members in groups or [np.ones(len(labels), np.bool_)]
    ]

    def measure(parameters: Logits) -> float:
        slope, shift = np.exp(parameters[0]), parameters[1]
        return max(
            (_log_loss(-slope * normal - shift) + _log_loss(slope * ill + shift)) / 2
            for normal, ill in members_of_class
        )

    first = np.array([np.log(regression.coef_.item()), regression.intercept_.item()])
    best = minimize(measure, first, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-7})
    log_slope, shift = best.x
    return Calibration(temperature=float(np.exp(-log_slope)), shift=float(shift))


def calibrate(logits: Logits, calibration: Calibration) -> Probabilities:
    """Returns the probability at balanced odds."""
    log_odds = logits / calibration.temperature + calibration.shift
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def shift_prevalence(probabilities: Probabilities, *, old: float, new: float) -> Probabilities:
    """Returns the probabilities of a set with another prevalence (Saerens et al. 2002)."""
    ill, healthy = probabilities * new / old, (1 - probabilities) * (1 - new) / (1 - old)
    return np.asarray(ill / (ill + healthy))


def reliability_bins(probabilities: Probabilities, labels: Labels) -> list[dict[str, float]]:
    """Returns, for each tenth of probability, its edges, its radiographs and its pneumonias."""
    bins = np.minimum((probabilities * RELIABILITY_BINS).astype(int), RELIABILITY_BINS - 1)
    return [
        {
            "low": index / RELIABILITY_BINS,
            "high": (index + 1) / RELIABILITY_BINS,
            "radiographs": int(np.sum(bins == index)),
            "pneumonia": int(np.sum(labels[bins == index])),
        }
        for index in range(RELIABILITY_BINS)
    ]


def _log_loss(log_odds: Logits) -> float:
    """Returns the mean log loss of a class, by the log odds that its radiographs have for it."""
    wrong = 1 / (len(log_odds) + 2)
    return float(np.mean(np.logaddexp(0, -log_odds) + wrong * log_odds))
