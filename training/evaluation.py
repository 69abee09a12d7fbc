"""Figures of a part by the calibrated probability, with intervals from resampled patients."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from training.calibration import Labels, OperatingPoint, Probabilities


def evaluate(
    probabilities: Probabilities, labels: Labels, *, point: OperatingPoint
) -> dict[str, float]:
    """AUC, log loss, Brier score and expected calibration error of the probability; sensitivity,
    specificity and accuracy at the threshold; the share that falls in the uncertain band."""
    positive = probabilities >= point.threshold
    low, high = point.band
    return {
        "auc": float(roc_auc_score(labels, probabilities)),
        "sensitivity": float(np.mean(positive[labels == 1])),
        "specificity": float(np.mean(~positive[labels == 0])),
        "accuracy": float(np.mean(positive == labels)),
        "uncertain_share": float(np.mean((probabilities >= low) & (probabilities <= high))),
        "log_loss": float(log_loss(labels, probabilities)),
        "brier": float(brier_score_loss(labels, probabilities)),
        "calibration_error": _calibration_error(probabilities, labels),
    }


def intervals(
    probabilities: Probabilities,
    labels: Labels,
    *,
    patients: Sequence[str],
    point: OperatingPoint,
    resamples: int,
    seed: int,
) -> dict[str, list[float]]:
    """95 % percentile bootstrap interval of each figure of `evaluate`.

    Patients are drawn, not radiographs: those of one patient are alike, and drawing them singly
    would make the intervals too narrow. A draw that lacks one of the classes is drawn again.
    """
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, patient in enumerate(patients):
        members[patient].append(index)
    groups = [np.array(indices) for indices in members.values()]
    rng = np.random.default_rng(seed)
    drawn: list[dict[str, float]] = []
    while len(drawn) < resamples:
        chosen = _draw(groups, rng)
        if len(np.unique(labels[chosen])) == 2:
            drawn.append(evaluate(probabilities[chosen], labels[chosen], point=point))
    return {
        name: [float(edge) for edge in np.percentile([one[name] for one in drawn], (2.5, 97.5))]
        for name in drawn[0]
    }


def _draw(groups: list[NDArray[np.int64]], rng: np.random.Generator) -> NDArray[np.int64]:
    return np.concatenate([groups[index] for index in rng.integers(len(groups), size=len(groups))])


def _calibration_error(probabilities: Probabilities, labels: Labels) -> float:
    """Mean distance, weighted by count, of a bin's mean probability from its share of pneumonia."""
    bins = np.digitize(probabilities, np.linspace(0, 1, 11)[1:-1])
    gaps = [
        abs(float(np.sum(probabilities[bins == index]) - np.sum(labels[bins == index])))
        for index in range(10)
    ]
    return sum(gaps) / len(labels)
