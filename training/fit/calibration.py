"""From logits to decisions, all fitted on validation: probability, threshold, band, reliability."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from training.errors import TrainingError

Logits = NDArray[np.float64]
Probabilities = NDArray[np.float64]
Labels = NDArray[np.int64]
Weights = NDArray[np.float64]

RELIABILITY_BINS = 10


@dataclass(frozen=True)
class OperatingPoint:
    """Threshold and band on the calibrated probability, and the rule that chose them in words."""

    threshold: float
    band: tuple[float, float]
    rule: str


@dataclass(frozen=True)
class Calibration:
    """The calibrated probability is sigmoid(logit / temperature + shift)."""

    temperature: float
    shift: float


def fit_calibration(logits: Logits, labels: Labels) -> Calibration:
    """Minimises the log loss (Platt 1999; with no shift, temperature scaling).

    The shift is needed: the network learns from augmented pictures at another prevalence, and
    answers for those of validation as they are. Raises TrainingError where the logits say nothing.
    """
    regression = LogisticRegression(C=np.inf).fit(logits[:, np.newaxis], labels)
    if regression.coef_.item() <= 0:
        raise TrainingError(
            "Nothing was learnt: radiographs with pneumonia do not score higher on validation than "
            "normal ones. Look at the labels, the learning rate and the number of epochs."
        )
    return Calibration(1 / regression.coef_.item(), regression.intercept_.item())


def calibrate(logits: Logits, calibration: Calibration) -> Probabilities:
    """The probability at validation prevalence."""
    log_odds = logits / calibration.temperature + calibration.shift
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def choose_operating_point(
    probabilities: Probabilities, labels: Labels, *, sensitivity: float, band_share: float
) -> OperatingPoint:
    """The threshold that keeps `sensitivity`, and a band around it.

    Screening fixes the share of pneumonias that it may miss, and takes the specificity that this
    leaves: a missed one costs more than a film read once more.
    """
    highest = np.quantile(probabilities[labels == 1], 1 - sensitivity, method="lower")
    threshold = math.floor(highest * 1e4) / 1e4
    scores = np.sort(probabilities)
    below = int(np.searchsorted(scores, threshold))
    reach = max(1, round(band_share / 2 * len(scores)))
    low = min(scores[max(below - reach, 0)], threshold)
    high = max(scores[min(below + reach, len(scores)) - 1], threshold)
    return OperatingPoint(
        threshold=threshold,
        band=(round(float(low), 4), round(float(high), 4)),
        rule=(
            "On validation radiographs, each as it is and as another acquisition might have given "
            f"it. Threshold: {100 * sensitivity:g} % of those with pneumonia lie above. Band: the "
            f"{100 * band_share:g} % nearest to it, half on each side."
        ),
    )


def reliability(probabilities: Probabilities, labels: Labels) -> list[dict[str, float]]:
    """Per tenth of probability: its edges, the radiographs in it, those of them with pneumonia."""
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
