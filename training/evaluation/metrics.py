"""Metrics of the calibrated probability, with bootstrap intervals over patients."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from training.evaluation.bootstrap import bootstrap, percentile_interval
from training.evaluation.calibration_error import calibration_error
from training.fit.calibration import PREVALENCE, shift_prevalence
from training.fit.operating_point import OperatingPoint
from training.value_types import Intervals, Labels, Metrics, Probabilities

# A doctor takes such a probability for certain; a wrong answer beyond it is the worst kind.
CONFIDENT = 0.95


def compute_metrics(
    probabilities: Probabilities, labels: Labels, *, point: OperatingPoint
) -> Metrics:
    """Returns all metrics of a set of radiographs with probabilities at balanced odds, by name.

    Log loss, Brier score and calibration error are of the probability at the prevalence of the set.
    Accuracy, sensitivity and specificity are at the threshold. `uncertain_share` falls into the
    band, and `answered_accuracy` is that of the rest, 1 if there is none. `confidently_wrong` is
    the share of radiographs whose class has a probability below 1 - CONFIDENT at balanced odds.
    """
    is_positive = probabilities >= point.threshold
    is_right = is_positive == labels
    low, high = point.band
    is_answered = (probabilities < low) | (probabilities > high)
    at_prevalence = move_to_prevalence(probabilities, labels)
    class_probabilities = np.where(labels == 1, probabilities, 1 - probabilities)
    return {
        "auc": float(roc_auc_score(labels, probabilities)),
        "accuracy": float(np.mean(is_right)),
        "sensitivity": float(np.mean(is_positive[labels == 1])),
        "specificity": float(np.mean(~is_positive[labels == 0])),
        "calibration_error": calibration_error(at_prevalence, labels),
        "confidently_wrong": float(np.mean(class_probabilities < 1 - CONFIDENT)),
        "uncertain_share": float(np.mean(~is_answered)),
        "answered_accuracy": float(np.mean(is_right[is_answered])) if is_answered.any() else 1.0,
        "log_loss": float(log_loss(labels, at_prevalence)),
        "brier": float(brier_score_loss(labels, at_prevalence)),
    }


def move_to_prevalence(probabilities: Probabilities, labels: Labels) -> Probabilities:
    """Returns the probabilities at the prevalence of the set, which has both classes."""
    return shift_prevalence(probabilities, old=PREVALENCE, new=float(labels.mean()))


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


def percentile_intervals(samples: Sequence[Metrics]) -> Intervals:
    """Returns the 2.5th and 97.5th percentile of each metric."""
    return {name: percentile_interval([each[name] for each in samples]) for name in samples[0]}
