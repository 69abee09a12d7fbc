"""Paired statistics of models on the same films: McNemar's test, and bootstrap of differences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from training.evaluation.bootstrap import bootstrap, percentile_interval
from training.value_types import Labels, Members, Metrics

# Returns the metrics of one model on the films with these indices.
Measure = Callable[[NDArray[np.int64]], Metrics]


@dataclass(frozen=True, kw_only=True)
class McNemar:
    """`only_baseline` films are right by the baseline alone, `only_challenger` by the challenger
    alone. `p_value` is exact and two-sided: how often two equally good models differ as unevenly.
    """

    only_baseline: int
    only_challenger: int
    p_value: float


@dataclass(frozen=True, kw_only=True)
class Change:
    """A metric of both models, and the difference of the challenger's from the baseline's.

    `interval` is the 95 % interval of the difference and `error` its standard error, both over
    patients.
    """

    baseline: float
    challenger: float
    interval: tuple[float, float]
    error: float

    @property
    def difference(self) -> float:
        return self.challenger - self.baseline


def compute_mcnemar(baseline_right: Members, challenger_right: Members) -> McNemar:
    """Compares which films (n,) each model gets right (McNemar 1947, exact binomial form)."""
    only_baseline = int(np.sum(baseline_right & ~challenger_right))
    only_challenger = int(np.sum(challenger_right & ~baseline_right))
    differing = only_baseline + only_challenger
    p_value = float(binomtest(only_baseline, differing).pvalue) if differing else 1.0
    return McNemar(only_baseline=only_baseline, only_challenger=only_challenger, p_value=p_value)


def measure_changes(
    baseline: Measure,
    challengers: Sequence[Measure],
    labels: Labels,
    *,
    patients: Sequence[str],
    resamples: int,
    seed: int,
) -> list[dict[str, Change]]:
    """Returns the change of each metric, by name, for each challenger.

    Each bootstrap sample draws the same patients for all models, so what makes a film hard for all
    of them does not widen the interval. The films need both classes.
    """
    measures = [baseline, *challengers]
    samples = bootstrap(
        lambda sample: [measure(sample) for measure in measures],
        labels,
        patients=patients,
        resamples=resamples,
        seed=seed,
    )
    metrics = [measure(np.arange(len(labels))) for measure in measures]
    return [
        {
            name: _describe(
                metrics[0][name],
                metrics[number][name],
                [draw[number][name] - draw[0][name] for draw in samples],
            )
            for name in metrics[0]
        }
        for number in range(1, len(measures))
    ]


def _describe(baseline: float, challenger: float, differences: Sequence[float]) -> Change:
    low, high = percentile_interval(differences)
    return Change(
        baseline=baseline,
        challenger=challenger,
        interval=(low, high),
        error=float(np.nanstd(differences)),
    )
