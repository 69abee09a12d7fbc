"""The sections of an evaluation report, each as Markdown text."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from training.evaluation import measurements
from training.evaluation.abstention import abstention_curve
from training.evaluation.ledger import read_ledger
from training.evaluation.model_evaluation import ModelEvaluation, TestSet, mean_metrics
from training.evaluation.ood_detection import RejectionCount, count_rejections
from training.evaluation.robustness import CorruptionResult
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

    The columns are the first model, the mean of all models of its recipe, and each other model.
    """
    first = evaluations[0]
    seeds = [each for each in evaluations if each.model.recipe == first.model.recipe]
    columns: list[Column] = [(first.model.version, first.metrics, first.intervals)]
    if len(seeds) > 1:
        columns.append((f"mean of {len(seeds)} seeds", *mean_metrics(seeds, test_set)))
    columns += [
        (each.model.version, each.metrics, each.intervals)
        for each in evaluations
        if each not in seeds
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
        f"{measurements.measure_p_value(each.probabilities, test_set.labels):.4f} "
        f"({each.model.version})"
        for each in evaluations
    )
    p_value_note = (
        "How often a perfectly calibrated model would show as large a calibration error, if "
        f"radiographs of one patient were independent: p = {p_values}. The goal is more than 0.05."
    )
    table = _table(["measure", "goal", *(column[0] for column in columns)], rows)
    return "\n\n".join([_wrap(introduction), table, _wrap(p_value_note)])


def format_confusion(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    is_positive = evaluation.probabilities >= evaluation.model.card.threshold
    rows = [
        [
            name,
            int(np.sum(~is_positive[test_set.labels == label])),
            int(np.sum(is_positive[test_set.labels == label])),
        ]
        for label, name in enumerate(("normal", "pneumonia"))
    ]
    return _table(["", "below the threshold", "above"], rows)


def format_shortcuts(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    result = measurements.measure_shortcut(evaluation, test_set)
    return _wrap(
        f"On {result.pairs:,} pairs of opposite class alike in sharpness and JPEG size the AUC is "
        f"{result.auc:.4f} (goal: at least 0.97). With the sharpness of the other class, "
        f"{result.flips:.1%} of the answers change sides (goal: at most 2 %)."
    )


def format_subgroups(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    results = measurements.measure_subgroups(
        test_set.radiographs,
        test_set.labels,
        evaluation.probabilities,
        threshold=evaluation.model.card.threshold,
    )
    rows = [
        [
            result.name,
            result.radiographs,
            f"{result.accuracy:.3f}",
            f"{result.auc:.4f}" if result.auc else "",
        ]
        for result in results
    ]
    return _table(["subgroup", "radiographs", "right at the threshold", "AUC"], rows)


def format_rejections(evaluation: ModelEvaluation, test_set: TestSet, data: Path) -> str:
    rows = [
        [count.kind, count.images, f"{count.rejected / count.images:.1%}", _exact_interval(count)]
        for count in count_rejections(evaluation.model, test_set.pixels, data)
    ]
    note = (
        "Goals: at least 99 % of the images that are no chest X-ray, at most 1 % of children's. "
        "Blank images and altered chest X-rays are of kinds that the detector was trained on, "
        "photos and bones are not. Folders have the names that they have in the data folder; all "
        "images of the CT folder and one of the bone folder are evidently frontal chest X-rays."
    )
    return f"{_table(['images', 'number', 'rejected', '95 %'], rows)}\n\n{_wrap(note)}"


def format_corruptions(evaluation: ModelEvaluation, results: Sequence[CorruptionResult]) -> str:
    mean_accuracy = float(np.mean([result.accuracy for result in results]))
    loss = evaluation.metrics["accuracy"] - mean_accuracy
    errors = [result.calibration_error for result in results]
    rows = [
        [
            result.name,
            result.strength,
            f"{result.accuracy:.3f}",
            f"{result.sensitivity:.3f}",
            f"{result.specificity:.3f}",
            f"{result.calibration_error:.3f}",
            f"{result.rejected:.1%}",
        ]
        for result in results
    ]
    head = ["corruption", "strength", "accuracy", "sensitivity", "specificity"]
    head += ["calibration error", "rejected"]
    summary = (
        f"Mean loss of accuracy {100 * loss:.1f} points (goal: at most 5). Calibration error "
        f"{np.mean(errors):.3f} on average, {max(errors):.3f} at most (goal: at most 0.06)."
    )
    return f"{_wrap(summary)}\n\n{_table(head, rows)}"


def format_cpu(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    result = measurements.measure_cpu(evaluation, test_set)
    agreement = result.agreement
    return _wrap(
        f"Accuracy {100 * result.accuracy_gain:+.2f} points (goal: at least -0.2), AUC "
        f"{result.auc_gain:+.4f} (goal: at least -0.002). Largest difference in probability "
        f"{agreement.probability_difference_max:.4f}, smallest correlation of saliency maps "
        f"{agreement.attention_correlation_min:.4f}, flips {agreement.flips}."
    )


def format_adults(evaluation: ModelEvaluation, data: Path) -> str:
    folder = data / "adult_shift"
    if not folder.is_dir():
        return "The data folder has no X-rays of adults."
    rows = [
        [result.view, result.radiographs, result.pneumonia, f"{result.auc:.3f}"]
        for result in measurements.measure_adults(evaluation.model, folder)
    ]
    note = (
        "NIH ChestX-ray14, labels mined from reports. The model is made for children of 1 to 5 "
        "years; these are its results outside of its intended use."
    )
    return f"{_wrap(note)}\n\n{_table(['view', 'X-rays', 'with pneumonia', 'AUC'], rows)}"


def format_ledger(ledger: Path) -> str:
    """Lists the rows of the ledger, whose column `look` is the number of the evaluation."""
    columns = ["date", "look", "model_version", "auc", "accuracy", "sensitivity", "specificity"]
    head = ["evaluation" if column == "look" else column for column in columns]
    return _table(head, [[row[column] for column in columns] for row in read_ledger(ledger)])


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
        *(f"{accuracy:.4f}{_miss(_ABSTENTION, accuracy)}" for accuracy in [first, *mean, *of_rest]),
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


def _exact_interval(count: RejectionCount) -> str:
    """Returns the Clopper-Pearson interval, which is valid at 0 % and 100 % too."""
    low, high = binomtest(count.rejected, count.images).proportion_ci(method="exact")
    return f"{low:.1%}-{high:.1%}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _wrap(paragraph: str) -> str:
    return textwrap.fill(paragraph, 100, break_long_words=False, break_on_hyphens=False)
