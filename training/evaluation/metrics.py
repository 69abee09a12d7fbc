"""Figures of a part by the calibrated probability, with intervals from resampled patients."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from training.evaluation.calibration_error import calibration_error
from training.fit.calibration import Labels, OperatingPoint, Probabilities

# What a doctor takes for certain; an answer beyond it that is wrong is the worst kind.
CONFIDENT = 0.95

Figure = TypeVar("Figure")


def evaluate(
    probabilities: Probabilities, labels: Labels, *, point: OperatingPoint
) -> dict[str, float]:
    """AUC, log loss, Brier score and calibration error of the probability; accuracy, sensitivity
    and specificity at the threshold; the share that falls in the uncertain band, and the accuracy
    of the others; the share that is wrong although the probability of its class is below 1 -
    CONFIDENT.
    """
    positive = probabilities >= point.threshold
    low, high = point.band
    answered = (probabilities < low) | (probabilities > high)
    said_of_truth = np.where(labels == 1, probabilities, 1 - probabilities)
    return {
        "auc": float(roc_auc_score(labels, probabilities)),
        "accuracy": float(np.mean(positive == labels)),
        "sensitivity": float(np.mean(positive[labels == 1])),
        "specificity": float(np.mean(~positive[labels == 0])),
        "calibration_error": calibration_error(probabilities, labels),
        "confidently_wrong": float(np.mean(said_of_truth < 1 - CONFIDENT)),
        "uncertain_share": float(np.mean(~answered)),
        "answered_accuracy": float(np.mean((positive == labels)[answered])),
        "log_loss": float(log_loss(labels, probabilities)),
        "brier": float(brier_score_loss(labels, probabilities)),
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
    """95 % percentile bootstrap interval of each figure of `evaluate`."""
    drawn = bootstrap(
        lambda chosen: evaluate(probabilities[chosen], labels[chosen], point=point),
        labels,
        patients=patients,
        resamples=resamples,
        seed=seed,
    )
    return {
        name: [float(edge) for edge in np.nanpercentile([one[name] for one in drawn], (2.5, 97.5))]
        for name in drawn[0]
    }


def bootstrap(
    measure: Callable[[NDArray[np.int64]], Figure],
    labels: Labels,
    *,
    patients: Sequence[str],
    resamples: int,
    seed: int,
) -> list[Figure]:
    """What `measure` gives for the indices of each of so many bootstrap draws.

    Patients are drawn, not radiographs: those of one patient are alike, and drawing them singly
    would make the intervals too narrow. A draw that lacks one of the classes is drawn again.
    """
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, patient in enumerate(patients):
        members[patient].append(index)
    groups = [np.array(indices) for indices in members.values()]
    rng = np.random.default_rng(seed)
    drawn: list[Figure] = []
    while len(drawn) < resamples:
        picked = rng.integers(len(groups), size=len(groups))
        chosen = np.concatenate([groups[index] for index in picked])
        if len(np.unique(labels[chosen])) == 2:
            drawn.append(measure(chosen))
    return drawn
