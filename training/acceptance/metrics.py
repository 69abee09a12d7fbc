"""The metrics of the answers that a doctor gets, with bootstrap intervals over patients."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

from contracts.answers import Decision
from training.acceptance.answered_films import DECISIONS, AnsweredFilms
from training.evaluation.bootstrap import bootstrap, percentile_interval
from training.evaluation.decision_rates import decision_rates, rates_at_prevalence, share
from training.value_types import Intervals, Labels, Members, Metrics, Probabilities

RESAMPLES, _SEED = 1000, 20261130
# Of all films; they add up to 1.
SHARES = ("refused", "withheld", "uncertain", "decided")


def compute_metrics(films: AnsweredFilms, *, prevalence: float | None = None) -> Metrics:
    """Returns the metrics by name; NaN where nothing can be counted.

    The four shares are of all films and add up to 1. AUC, sensitivity, specificity, predictive
    values, F1 and accuracy are of the assessed films, where an uncertain one counts by its side of
    the threshold; `decided_...` leaves the uncertain ones out. With `prevalence` two more
    predictive values are at that share of pneumonia instead of the set's own (Bayes' rule).
    """
    assessed = films.is_assessed
    labels = films.labels[assessed]
    is_positive = films.is_positive[assessed]
    rates = decision_rates(labels, is_positive)
    decided = films.is_decided
    of_decided = decision_rates(films.labels[decided], films.is_positive[decided])
    metrics = {
        "refused": share(films.is_refused),
        "withheld": share(films.is_withheld),
        "uncertain": share(assessed & ~decided),
        "decided": share(decided),
        "auc": _auc(labels, films.probabilities[assessed]),
        **rates,
        "decided_sensitivity": of_decided["sensitivity"],
        "decided_specificity": of_decided["specificity"],
    }
    if prevalence is not None:
        at_site = rates_at_prevalence(rates, prevalence)
        metrics |= {f"{name}_at_site": at_site[name] for name in ("ppv", "npv")}
    return metrics


def bootstrap_intervals(films: AnsweredFilms, *, prevalence: float | None = None) -> Intervals:
    """Returns the 95 % interval of each metric that has a value: of shares of films the exact one
    at their effective number, of all others the percentiles of the bootstrap.

    An AUC, F1 or predictive value that is the same in all samples has none: it is not certain.
    """
    values = compute_metrics(films, prevalence=prevalence)
    samples = bootstrap(
        lambda sample: compute_metrics(films.select(sample), prevalence=prevalence),
        films.labels,
        patients=films.patients,
        resamples=RESAMPLES,
        seed=_SEED,
    )
    intervals = {
        name: percentile_interval([sample[name] for sample in samples])
        for name, value in values.items()
        if not np.isnan(value)
    }
    for name, members in _list_denominators(films).items():
        if name in intervals:
            shares = [sample[name] for sample in samples]
            intervals[name] = _share_interval(values[name], shares, films.select(members))
    return {name: ends for name, ends in intervals.items() if ends[0] < ends[1]}


def count_shares(films: AnsweredFilms) -> dict[str, tuple[int, int]]:
    """Returns, by the name of each share, how many films it counts, of how many."""
    values = compute_metrics(films)
    counts = {}
    for name, members in _list_denominators(films).items():
        if number := int(np.sum(members)):
            counts[name] = (round(values[name] * number), number)
    return counts


def _share_interval(value: float, samples: Sequence[float], films: AnsweredFilms) -> list[float]:
    """Returns the 95 % interval of a share of `films`: Clopper and Pearson's at the number of films
    whose variance would be that of the bootstrap samples (Korn and Graubard 1998).

    Percentiles are too narrow near 0 and 1, where many samples have no error: in simulations of 77
    and 200 patients with shares of 0.95 and 0.98 they held 89 % and 92 %, this interval 96 %. Of a
    share of 0 or 1 the variance is 0, and the number is that of the patients.
    """
    number = float(len(set(films.patients)))
    if (variance := float(np.nanvar(samples))) and 0 < value < 1:
        number = min(value * (1 - value) / variance, len(films.labels))
    right = value * number
    low = beta.ppf(0.025, right, number - right + 1) if right else 0.0
    high = beta.ppf(0.975, right + 1, number - right) if right < number else 1.0
    return [float(low), float(high)]


def _list_denominators(films: AnsweredFilms) -> dict[str, Members]:
    """Returns the films of which each share is one, by the metric's name."""
    assessed, decided = films.is_assessed, films.is_decided
    is_ill, is_positive = films.labels == 1, films.is_positive
    return {
        **dict.fromkeys(SHARES, np.ones(len(films.labels), np.bool_)),
        "sensitivity": assessed & is_ill,
        "specificity": assessed & ~is_ill,
        "ppv": assessed & is_positive,
        "npv": assessed & ~is_positive,
        "accuracy": assessed,
        "decided_sensitivity": decided & is_ill,
        "decided_specificity": decided & ~is_ill,
    }


def count_outcomes(films: AnsweredFilms) -> list[dict[str, Any]]:
    """Returns the films with and without pneumonia for each decision or reason for none."""
    pairs = zip(films.outcomes.tolist(), films.labels.tolist(), strict=True)
    counts = Counter(pairs)
    order = [*map(str, (*DECISIONS, Decision.UNCERTAIN)), *sorted(set(films.outcomes.tolist()))]
    return [
        {"outcome": name, "pneumonia": counts[name, 1], "normal": counts[name, 0]}
        for name in dict.fromkeys(order)
    ]


def _auc(labels: Labels, probabilities: Probabilities) -> float:
    if len(np.unique(labels)) < 2:
        return np.nan
    return float(roc_auc_score(labels, probabilities))
