"""Threshold and uncertain band, chosen for the group of validation films that does worst."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.value_types import Labels, Members, Probabilities

# Screening fixes the pneumonias that may be missed; so many healthy films must be recognised too.
MIN_SPECIFICITY = 0.92
# Outside the band, so many answers must be right in each group, as the mean of both classes.
MIN_ANSWERED_ACCURACY = 0.98
# A system that answers less often than this helps nobody.
MAX_BAND_SHARE = 0.2
_BAND_STEP = 0.01


@dataclass(frozen=True)
class OperatingPoint:
    """Threshold and band on the calibrated probability, and a sentence on how they were chosen."""

    threshold: float
    band: tuple[float, float]
    rule: str


def choose_operating_point(
    probabilities: Probabilities,
    labels: Labels,
    groups: Sequence[Members],
    *,
    sensitivity: float,
    band_share: float,
) -> OperatingPoint:
    """Returns the threshold at which the worst group is best, and a band around it.

    `sensitivity` and MIN_SPECIFICITY say which errors are allowed; a group is as bad as the larger
    of its two errors is, as a share of the allowed one. The band has `band_share` of the
    radiographs or more, up to MAX_BAND_SHARE: as few as MIN_ANSWERED_ACCURACY allows in each group.
    """
    threshold = _choose_threshold(probabilities, labels, groups, sensitivity=sensitivity)
    is_right = (probabilities >= threshold) == labels

    def measure(band: tuple[float, float]) -> float:
        is_answered = (probabilities < band[0]) | (probabilities > band[1])
        return min(_answered_accuracy(is_right, labels, each & is_answered) for each in groups)

    shares = np.arange(band_share, MAX_BAND_SHARE + _BAND_STEP / 2, _BAND_STEP)
    bands = [(share, _find_band(probabilities, threshold, share=share)) for share in shares]
    reached = [each for each in bands if measure(each[1]) >= MIN_ANSWERED_ACCURACY]
    share, band = (reached or bands[-1:])[0]
    return OperatingPoint(
        threshold=threshold,
        band=band,
        rule=_describe(
            groups=len(groups) - 1, share=share, accuracy=measure(band), sensitivity=sensitivity
        ),
    )


def _describe(*, groups: int, share: float, accuracy: float, sensitivity: float) -> str:
    sets = f"on all together and on each of {groups} groups" if groups else "on all together"
    return (
        "Chosen on validation films, each as it is and as another acquisition might have given it, "
        f"{sets}. Threshold: where the largest error of any of them is smallest, as a share of "
        f"what is allowed ({100 * (1 - sensitivity):.0f} % of the pneumonias missed, "
        f"{100 * (1 - MIN_SPECIFICITY):.0f} % of the others above it). Band: the "
        f"{100 * share:.0f} % of films nearest to the threshold. Outside of it, "
        f"{100 * accuracy:.1f} % or more of the answers are right in each of them, as the mean of "
        f"both classes; {100 * MIN_ANSWERED_ACCURACY:.0f} % were wanted."
    )


def _choose_threshold(
    probabilities: Probabilities,
    labels: Labels,
    groups: Sequence[Members],
    *,
    sensitivity: float,
) -> float:
    """Returns the middle of the range of best thresholds, rounded to a ten-thousandth.

    Where all of a range are equally good, no film of a class lies in it.
    """
    scores = np.unique(probabilities)
    candidates = np.concatenate([scores[:1], (scores[1:] + scores[:-1]) / 2])
    errors = np.zeros(len(candidates))
    for members in groups:
        ill, healthy = (np.sort(probabilities[members & (labels == label)]) for label in (1, 0))
        missed = np.searchsorted(ill, candidates) / len(ill)
        false = 1 - np.searchsorted(healthy, candidates) / len(healthy)
        of_allowed = (missed / (1 - sensitivity), false / (1 - MIN_SPECIFICITY))
        errors = np.maximum(errors, np.maximum(*of_allowed))
    best = candidates[errors == errors.min()]
    return round(float(best[0] + best[-1]) / 2, 4)


def _find_band(
    probabilities: Probabilities, threshold: float, *, share: float
) -> tuple[float, float]:
    """Returns the band of a share of the radiographs, half on each side of the threshold."""
    scores = np.sort(probabilities)
    below = int(np.searchsorted(scores, threshold))
    half_band = max(1, round(share / 2 * len(scores)))
    low = min(scores[max(below - half_band, 0)], threshold)
    high = max(scores[min(below + half_band, len(scores)) - 1], threshold)
    return round(float(low), 4), round(float(high), 4)


def _answered_accuracy(is_right: Members, labels: Labels, members: Members) -> float:
    """Returns the mean share of right answers of both classes; 1 for a class without answers."""
    shares = [is_right[members & (labels == label)] for label in (0, 1)]
    return float(np.mean([share.mean() if len(share) else 1.0 for share in shares]))
