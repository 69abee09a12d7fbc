"""From logits to decisions, fitted on validation: probability, threshold and uncertain band."""

import math
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from training.errors import TrainingError
from training.value_types import Labels, Logits, Probabilities

RELIABILITY_BINS = 10


@dataclass(frozen=True)
class OperatingPoint:
    """Threshold and band on the calibrated probability, and a sentence on how they were chosen."""

    threshold: float
    band: tuple[float, float]
    rule: str


@dataclass(frozen=True)
class Calibration:
    """The calibrated probability is sigmoid(logit / temperature + shift)."""

    temperature: float
    shift: float


def fit_calibration(logits: Logits, labels: Labels) -> Calibration:
    """Minimises the log loss (Platt 1999; without the shift, temperature scaling).

    The shift is needed because the network is trained on augmented images at another prevalence
    than that of validation. Raises TrainingError if the logits do not rise with the labels.
    """
    regression = LogisticRegression(C=np.inf).fit(logits[:, np.newaxis], labels)
    if regression.coef_.item() <= 0:
        raise TrainingError(
            "Nothing was learnt: radiographs with pneumonia do not score higher on validation than "
            "normal ones. Check the labels, the learning rate and the number of epochs."
        )
    return Calibration(1 / regression.coef_.item(), regression.intercept_.item())


def calibrate(logits: Logits, calibration: Calibration) -> Probabilities:
    """Returns the probability at the prevalence of the validation set."""
    log_odds = logits / calibration.temperature + calibration.shift
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def choose_operating_point(
    probabilities: Probabilities, labels: Labels, *, sensitivity: float, band_share: float
) -> OperatingPoint:
    """Returns the highest threshold with that sensitivity, and a band around it.

    Screening fixes the share of pneumonias that may be missed and accepts the specificity that
    follows: a missed pneumonia costs more than a radiograph that is read once more.
    """
    highest = np.quantile(probabilities[labels == 1], 1 - sensitivity, method="lower")
    threshold = math.floor(highest * 1e4) / 1e4
    scores = np.sort(probabilities)
    below = int(np.searchsorted(scores, threshold))
    half_band = max(1, round(band_share / 2 * len(scores)))
    low = min(scores[max(below - half_band, 0)], threshold)
    high = max(scores[min(below + half_band, len(scores)) - 1], threshold)
    return OperatingPoint(
        threshold=threshold,
        band=(round(float(low), 4), round(float(high), 4)),
        rule=(
            "On validation radiographs, each as it is and as another acquisition might have given "
            f"it. Threshold: {100 * sensitivity:g} % of those with pneumonia lie above. Band: the "
            f"{100 * band_share:g} % nearest to it, half on each side."
        ),
    )


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
