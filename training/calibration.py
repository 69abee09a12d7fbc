"""From logits to decisions, all fitted on validation: probability, threshold, band, reliability."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

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


def fit_calibration(logits: Logits, labels: Labels, weights: Weights) -> Calibration:
    """Minimises the weighted log loss (Platt 1999; with no shift, temperature scaling).

    The shift is needed: the network learns from augmented pictures at another prevalence, and
    answers for those of validation as they are.
    """
    regression = LogisticRegression(C=np.inf).fit(logits[:, np.newaxis], labels, weights)
    return Calibration(1 / regression.coef_.item(), regression.intercept_.item())


def calibrate(logits: Logits, calibration: Calibration) -> Probabilities:
    """The probability at validation prevalence."""
    log_odds = logits / calibration.temperature + calibration.shift
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def choose_operating_point(
    probabilities: Probabilities, labels: Labels, *, band_share: float
) -> OperatingPoint:
    """The threshold where an X-ray speaks for neither answer, and a band around it.

    At the prevalence the likelihood ratio is 1: above it the X-ray makes pneumonia more likely than
    it was before, below it less, and of a calibrated probability this has the largest sensitivity +
    specificity (Youden's index). Nothing is picked off a noisy curve, and the decision stays the
    same when a site's own prevalence is put in.
    """
    threshold = float(labels.mean())
    scores = np.sort(probabilities)
    below = int(np.searchsorted(scores, threshold))
    reach = max(1, round(band_share / 2 * len(scores)))
    low = min(scores[max(below - reach, 0)], threshold)
    high = max(scores[min(below + reach, len(scores)) - 1], threshold)
    return OperatingPoint(
        threshold=round(threshold, 4),
        band=(round(float(low), 4), round(float(high), 4)),
        rule=(
            "Threshold: the validation prevalence, where the likelihood ratio is 1. Band: the "
            f"{band_share:.0%} of validation radiographs nearest to it, half on each side."
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
