"""The metrics by which models are compared on labelled films."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from contracts.answers import Population
from training.artefact.predictions import Predictions
from training.comparison.film_set import Films
from training.comparison.paired_statistics import Measure
from training.evaluation.calibration_error import calibration_error
from training.evaluation.metrics import move_to_prevalence
from training.evaluation.released_model import ReleasedModel
from training.value_types import Labels, Members, Metrics, Probabilities, Scores

# A higher value of these is worse.
LOWER_IS_BETTER = frozenset({"calibration_error", "log_loss"})


def build_measure(model: ReleasedModel, films: Films, predictions: Predictions) -> Measure:
    """Returns the function that measures the model on some of the films, by their indices.

    It gives what `compute_metrics` gives, in a tenth of the time: a bootstrap calls it thousands of
    times, and scikit-learn checks its arguments each time.
    """
    if films.population is Population.ADULT:
        return lambda sample: {"auc": _auc(predictions.logits[sample], films.labels[sample])}
    probabilities = model.probabilities(predictions)
    is_answered = find_answered(model, predictions)
    is_positive = probabilities >= model.point.threshold

    def measure(sample: NDArray[np.int64]) -> Metrics:
        labels = films.labels[sample]
        at_prevalence = move_to_prevalence(probabilities[sample], labels)
        return {
            "auc": _auc(predictions.logits[sample], labels),
            "sensitivity": float(np.mean(is_positive[sample][labels == 1])),
            "specificity": float(np.mean(~is_positive[sample][labels == 0])),
            "calibration_error": calibration_error(at_prevalence, labels),
            "log_loss": _log_loss(at_prevalence, labels),
            "answered": float(np.mean(is_answered[sample])),
        }

    return measure


def _auc(scores: Scores, labels: Labels) -> float:
    """Returns the share of pairs of films of either class in the right order; a tie counts half."""
    positives = int(labels.sum())
    ranks = float(rankdata(scores)[labels == 1].sum())
    return (ranks - positives * (positives + 1) / 2) / (positives * (len(labels) - positives))


def _log_loss(probabilities: Probabilities, labels: Labels) -> float:
    """A probability of 0 or 1 counts as the nearest number between them."""
    of_label = np.where(labels == 1, probabilities, 1 - probabilities)
    return float(-np.mean(np.log(np.clip(of_label, np.finfo(np.float64).eps, 1))))


def find_answered(model: ReleasedModel, predictions: Predictions) -> Members:
    """Returns (n,): true where a film without an age gets a decision for or against pneumonia."""
    low, high = model.point.band
    probabilities = model.probabilities(predictions)
    return model.assesses(predictions) & ((probabilities < low) | (probabilities > high))


def find_right(model: ReleasedModel, predictions: Predictions, labels: Labels) -> Members:
    """Returns (n,): true where the film is on the right side of the threshold."""
    is_positive = model.probabilities(predictions) >= model.point.threshold
    return np.asarray(is_positive == (labels == 1), np.bool_)
