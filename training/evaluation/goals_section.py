"""The first section of a report: the metrics of the models against the goals."""

from collections.abc import Sequence

import numpy as np

from training.evaluation.abstention import abstention_curve
from training.evaluation.markdown import format_table, wrap
from training.evaluation.measurements import measure_p_value
from training.evaluation.model_evaluation import ModelEvaluation, TestSet, mean_metrics
from training.value_types import Intervals, Metrics

_ABSTENTION = "accuracy_without_the_nearest_10_percent"
_MINIMUM_GOALS = {
    "auc": 0.99,
    "accuracy": 0.95,
    "sensitivity": 0.97,
    "specificity": 0.92,
    _ABSTENTION: 0.98,
}
_MAXIMUM_GOALS = {"calibration_error": 0.03, "confidently_wrong": 0.01}
# The share of radiographs that may stay unanswered for the abstention goal.
_ABSTENTION_SHARE = 0.1

Column = tuple[str, Metrics, Intervals]


def format_metrics(evaluations: Sequence[ModelEvaluation], test_set: TestSet) -> str:
    """Compares the metrics with the goals.

    The columns are the mean of all models of the first one's recipe, where there are several, the
    first model, and each other recipe's model.
    """
    first = evaluations[0]
    seeds = [each for each in evaluations if each.model.recipe == first.model.recipe]
    columns: list[Column] = []
    if len(seeds) > 1:
        columns.append((f"mean of {len(seeds)} seeds", *mean_metrics(seeds, test_set)))
    columns += [
        (each.model.version, each.metrics, each.intervals)
        for each in evaluations
        if each is first or each not in seeds
    ]
    rows = [_metric_row(name, columns) for name in first.metrics]
    rows.append(_abstention_row(evaluations, seeds, test_set))
    introduction = (
        f"{len(test_set.labels)} radiographs of {len(set(test_set.patients))} patients, "
        f"{int(test_set.labels.sum())} with pneumonia: the available half of the official test "
        "split. Intervals are 95 % bootstrap percentiles over patients, and over models where "
        "there are several. **Missed** marks a missed goal."
    )
    p_values = ", ".join(
        f"{measure_p_value(each.probabilities, test_set.labels):.4f} ({each.model.version})"
        for each in evaluations
    )
    p_value_note = (
        "How often a perfectly calibrated model would show as large a calibration error, if "
        f"radiographs of one patient were independent: p = {p_values}. The goal is more than 0.05."
    )
    table = format_table(["measure", "goal", *(column[0] for column in columns)], rows)
    return "\n\n".join([wrap(introduction), table, wrap(p_value_note)])


def _metric_row(name: str, columns: Sequence[Column]) -> list[str]:
    cells = [
        f"{values[name]:.4f} ({intervals[name][0]:.3f}-{intervals[name][1]:.3f})"
        f"{_miss(name, values[name])}"
        for _, values, intervals in columns
    ]
    return [name.replace("_", " "), _goal(name), *cells]


def _abstention_row(
    evaluations: Sequence[ModelEvaluation], seeds: Sequence[ModelEvaluation], test_set: TestSet
) -> list[str]:
    first = _abstention_accuracy(evaluations[0], test_set)
    of_seeds = [_abstention_accuracy(each, test_set) for each in seeds]
    of_rest = [_abstention_accuracy(each, test_set) for each in evaluations if each not in seeds]
    mean = [float(np.mean(of_seeds))] if len(seeds) > 1 else []
    return [
        "accuracy where the 10 % nearest to the threshold are left out",
        _goal(_ABSTENTION),
        *(f"{accuracy:.4f}{_miss(_ABSTENTION, accuracy)}" for accuracy in [*mean, first, *of_rest]),
    ]


def _abstention_accuracy(evaluation: ModelEvaluation, test_set: TestSet) -> float:
    threshold = evaluation.model.point.threshold
    curve = abstention_curve(evaluation.probabilities, test_set.labels, threshold=threshold)
    return next(point.accuracy for point in reversed(curve) if point.share <= _ABSTENTION_SHARE)


def _goal(name: str) -> str:
    if name in _MINIMUM_GOALS:
        return f"at least {_MINIMUM_GOALS[name]:.3f}"
    return f"at most {_MAXIMUM_GOALS[name]:.3f}" if name in _MAXIMUM_GOALS else ""


def _miss(name: str, value: float) -> str:
    is_too_low = name in _MINIMUM_GOALS and value < _MINIMUM_GOALS[name]
    is_too_high = name in _MAXIMUM_GOALS and value > _MAXIMUM_GOALS[name]
    return " **missed**" if is_too_low or is_too_high else ""
