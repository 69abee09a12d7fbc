"""How far the probabilities that a doctor reads hold on a site's own films."""

from typing import Any

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit
from sklearn.metrics import brier_score_loss

from training.acceptance.answered_films import AnsweredFilms
from training.evaluation.bootstrap import bootstrap, percentile_interval
from training.evaluation.calibration_error import calibration_error
from training.fit.calibration import RELIABILITY_BINS, reliability_bins
from training.value_types import Intervals, Labels, Logits, Metrics, Probabilities

_RESAMPLES, _SEED = 500, 20261130
# Beyond these log odds every probability is 0 or 1 in six digits.
_MOST_LOG_ODDS = 14.0


def measure_calibration(
    films: AnsweredFilms, *, has_intervals: bool = True
) -> dict[str, Any] | None:
    """Measures the shown probabilities at the prevalence of the set; None where one class is left.

    `slope` is that of a logistic regression of the label on the log odds: below 1 the probabilities
    are too extreme. `intercept` is what must be added to the log odds so that their mean
    probability is the share with pneumonia (calibration in the large): below 0 they are too high
    (Van Calster et al. 2016). The slope is NaN where the classes do not overlap. `reliability` has
    the mean probability and the pneumonias of each tenth.
    """
    assessed = films.select(films.is_assessed)
    probabilities, labels = assessed.shown_probabilities, assessed.labels
    if len(np.unique(labels)) < 2:
        return None
    values = _compute(probabilities, labels)
    result: dict[str, Any] = {"films": len(labels), "pneumonia": int(labels.sum()), **values}
    if has_intervals:
        result |= {
            "intervals_95": _bootstrap_intervals(assessed, values),
            "reliability": _list_reliability(probabilities, labels),
        }
    return result


def _bootstrap_intervals(assessed: AnsweredFilms, values: Metrics) -> Intervals:
    probabilities, labels = assessed.shown_probabilities, assessed.labels
    samples = bootstrap(
        lambda sample: _compute(probabilities[sample], labels[sample]),
        labels,
        patients=assessed.patients,
        resamples=_RESAMPLES,
        seed=_SEED,
    )
    return {
        name: percentile_interval([sample[name] for sample in samples])
        for name, value in values.items()
        if not np.isnan(value)
    }


def _compute(probabilities: Probabilities, labels: Labels) -> Metrics:
    log_odds = np.clip(logit(probabilities), -_MOST_LOG_ODDS, _MOST_LOG_ODDS)
    return {
        "slope": _fit_slope(log_odds, labels),
        "intercept": _fit_intercept(log_odds, labels),
        "brier": float(brier_score_loss(labels, probabilities)),
        "ece": calibration_error(probabilities, labels),
    }


def _fit_intercept(log_odds: Logits, labels: Labels) -> float:
    """The mean probability rises with the intercept, so it has one root."""
    share = float(labels.mean())
    reach = 2 * _MOST_LOG_ODDS + abs(float(logit(share)))
    return float(brentq(lambda shift: expit(log_odds + shift).mean() - share, -reach, reach))


def _fit_slope(log_odds: Logits, labels: Labels) -> float:
    """NaN where a threshold separates the classes: then a steeper slope always fits better."""
    healthy, ill = log_odds[labels == 0], log_odds[labels == 1]
    if healthy.max() <= ill.min() or ill.max() <= healthy.min():
        return np.nan

    def measure(parameters: Logits) -> tuple[float, Logits]:
        predictor = parameters[0] * log_odds + parameters[1]
        errors = expit(predictor) - labels
        loss = np.logaddexp(0, predictor) - labels * predictor
        return float(loss.mean()), np.array([np.mean(errors * log_odds), errors.mean()])

    return float(minimize(measure, np.array([1.0, 0.0]), jac=True, method="BFGS").x[0])


def _list_reliability(probabilities: Probabilities, labels: Labels) -> list[dict[str, Any]]:
    positions = np.minimum((probabilities * RELIABILITY_BINS).astype(int), RELIABILITY_BINS - 1)
    means = [
        float(probabilities[positions == index].mean()) if np.any(positions == index) else None
        for index in range(RELIABILITY_BINS)
    ]
    bins = reliability_bins(probabilities, labels)
    return [{**each, "mean_probability": mean} for each, mean in zip(bins, means, strict=True)]
