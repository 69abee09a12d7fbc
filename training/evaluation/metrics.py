"""Metrics of the calibrated probability, with bootstrap intervals over patients."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from training.evaluation.calibration_error import calibration_error
from training.fit.calibration import OperatingPoint
from training.value_types import Intervals, Labels, Metrics, Probabilities

# A doctor takes such a probability for certain; a wrong answer beyond it is the worst kind.
CONFIDENT = 0.95

_INTERVAL_PERCENTILES = (2.5, 97.5)

Value = TypeVar("Value")


def compute_metrics(
    probabilities: Probabilities, labels: Labels, *, point: OperatingPoint
) -> Metrics:
    """Returns all metrics of a set of radiographs, by name.

    AUC, log loss, Brier score and calibration error are of the probability; accuracy, sensitivity
    and specificity are at the threshold. `uncertain_share` falls into the band, and
    `answered_accuracy` is that of the rest. `confidently_wrong` is the share of radiographs whose
    class has a probability below 1 - CONFIDENT.
    """
    is_positive = probabilities >= point.threshold
    is_right = is_positive == labels
    low, high = point.band
    is_answered = (probabilities < low) | (probabilities > high)
    class_probabilities = np.where(labels == 1, probabilities, 1 - probabilities)
    return {
        "auc": float(roc_auc_score(labels, probabilities)),
        "accuracy": float(np.mean(is_right)),
        "sensitivity": float(np.mean(is_positive[labels == 1])),
        "specificity": float(np.mean(~is_positive[labels == 0])),
        "calibration_error": calibration_error(probabilities, labels),
        "confidently_wrong": float(np.mean(class_probabilities < 1 - CONFIDENT)),
        "uncertain_share": float(np.mean(~is_answered)),
        "answered_accuracy": float(np.mean(is_right[is_answered])),
        "log_loss": float(log_loss(labels, probabilities)),
        "brier": float(brier_score_loss(labels, probabilities)),
    }


def bootstrap_intervals(
    probabilities: Probabilities,
    labels: Labels,
    *,
    patients: Sequence[str],
    point: OperatingPoint,
    resamples: int,
    seed: int,
) -> Intervals:
    """Returns the 95 % percentile bootstrap interval of each metric."""
    samples = bootstrap(
        lambda sample: compute_metrics(probabilities[sample], labels[sample], point=point),
        labels,
        patients=patients,
        resamples=resamples,
        seed=seed,
    )
    return percentile_intervals(samples)


def bootstrap(
    measure: Callable[[NDArray[np.int64]], Value],
    labels: Labels,
    *,
    patients: Sequence[str],
    resamples: int,
    seed: int,
) -> list[Value]:
    """Returns what `measure` gives for the indices of each bootstrap sample.

    Patients are drawn, not radiographs: those of one patient are alike, and drawing them singly
    would make the intervals too narrow. A sample that lacks one of the classes is drawn again.
    """
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, patient in enumerate(patients):
        members[patient].append(index)
    groups = [np.array(indices) for indices in members.values()]
    rng = np.random.default_rng(seed)
    values: list[Value] = []
    while len(values) < resamples:
        draw = rng.integers(len(groups), size=len(groups))
        sample = np.concatenate([groups[index] for index in draw])
        if len(np.unique(labels[sample])) == 2:
            values.append(measure(sample))
    return values


def percentile_intervals(samples: Sequence[Metrics]) -> Intervals:
    """Returns the 2.5th and 97.5th percentile of each metric."""
    return {
        name: [
            float(end)
            for end in np.nanpercentile([sample[name] for sample in samples], _INTERVAL_PERCENTILES)
        ]
        for name in samples[0]
    }
