"""The sections of a report after the first, each as Markdown text."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from contracts import texts
from contracts.answers import Population
from screening.card import ModelCard
from training.evaluation import measurements
from training.evaluation.adult_evaluation import count_answered
from training.evaluation.ledger import read_ledger
from training.evaluation.markdown import format_table, wrap
from training.evaluation.model_evaluation import ModelEvaluation, TestSet
from training.evaluation.ood_detection import RejectionCount, count_rejections
from training.evaluation.robustness import CorruptionResult

_REJECTION_HEAD = ["images", "number", "rejected", "not assessed", "95 %"]


def format_confusion(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    is_positive = evaluation.probabilities >= evaluation.model.point.threshold
    rows = [
        [
            name,
            int(np.sum(~is_positive[test_set.labels == label])),
            int(np.sum(is_positive[test_set.labels == label])),
        ]
        for label, name in enumerate(("normal", "pneumonia"))
    ]
    return format_table(["", "below the threshold", "above"], rows)


def format_shortcuts(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    result = measurements.measure_shortcut(evaluation, test_set)
    return wrap(
        f"On {result.pairs:,} pairs of opposite class alike in sharpness and JPEG size the AUC is "
        f"{result.auc:.4f} (goal: at least 0.97). With the sharpness of the other class, "
        f"{result.flips:.1%} of the answers change sides (goal: at most 2 %)."
    )


def format_subgroups(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    results = measurements.measure_subgroups(
        test_set.radiographs,
        test_set.labels,
        evaluation.probabilities,
        threshold=evaluation.model.point.threshold,
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
    return format_table(["subgroup", "radiographs", "right at the threshold", "AUC"], rows)


def format_rejections(evaluation: ModelEvaluation, test_set: TestSet, data: Path) -> str:
    rows = [
        [
            count.kind,
            count.images,
            f"{count.rejected / count.images:.1%}",
            f"{count.unassessed / count.images:.1%}",
            _exact_interval(count),
        ]
        for count in count_rejections(evaluation.model, test_set.pixels, data)
    ]
    note = (
        "Goals: at least 99 % of the images that are no upright frontal chest X-ray are rejected, "
        "at most 1 % of children's and 2 % of adults'. Not assessed: rejected, or of a population "
        "for which the model is not valid, or of an unclear one; no image has an age. The interval "
        "is that of the images that are not assessed. Blank images, altered chest X-rays and "
        "several films are of kinds that the detector was trained on. Of photos, bones, lateral "
        "views and CT slices it was trained on drawn ones only. Folders have the names that they "
        "have in the data folder; all images of its folder of CT slices and one of the bone folder "
        "are evidently frontal chest X-rays."
    )
    return f"{format_table(_REJECTION_HEAD, rows)}\n\n{wrap(note)}"


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
    return f"{wrap(summary)}\n\n{format_table(head, rows)}"


def format_cpu(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    result = measurements.measure_cpu(evaluation, test_set)
    agreement = result.agreement
    return wrap(
        f"Accuracy {100 * result.accuracy_gain:+.2f} points (goal: at least -0.2), AUC "
        f"{result.auc_gain:+.4f} (goal: at least -0.002). Largest difference in probability "
        f"{agreement.probability_difference_max:.4f}, smallest correlation of saliency maps "
        f"{agreement.attention_correlation_min:.4f}, flips {agreement.flips}."
    )


def format_adults(evaluation: ModelEvaluation, test_set: TestSet) -> str:
    if test_set.adults is None:
        return "The data folder has no X-rays of adults."
    answered = count_answered(evaluation.model, test_set.adults)
    rows = [
        [
            result.view,
            result.radiographs,
            result.pneumonia,
            f"{result.auc:.3f} ({result.interval[0]:.3f}-{result.interval[1]:.3f})",
            answered[result.view],
        ]
        for result in evaluation.adults
    ]
    note = (
        "Whole films of NIH ChestX-ray14, labels mined from reports. Adults are valid from an AUC "
        "of 0.85 in each view, here and on validation. Answered: films without an age that get an "
        f"answer. {describe_validity(evaluation.model.card)}"
    )
    head = ["view", "X-rays", "with pneumonia", "AUC", "answered"]
    return f"{wrap(note)}\n\n{format_table(head, rows)}"


def describe_validity(card: ModelCard) -> str:
    """Says for whom the model is valid, and whether adults are among them."""
    valid = [each for each in card.populations if each.is_valid]
    names = [texts.format_population(each.name, each.age_years) for each in valid]
    sentence = f"The model is valid for {' and '.join(names) or 'nobody'}"
    if Population.ADULT in [each.name for each in valid]:
        return f"{sentence}."
    return f"{sentence}; these are its results outside of its intended use."


def format_ledger(ledger: Path) -> str:
    """Lists the rows of the ledger, whose column `look` is the number of the evaluation."""
    columns = ["date", "look", "model_version", "auc", "accuracy", "sensitivity", "specificity"]
    head = ["evaluation" if column == "look" else column for column in columns]
    return format_table(head, [[row[column] for column in columns] for row in read_ledger(ledger)])


def _exact_interval(count: RejectionCount) -> str:
    """Returns the Clopper-Pearson interval, which is valid at 0 % and 100 % too."""
    low, high = binomtest(count.unassessed, count.images).proportion_ci(method="exact")
    return f"{low:.1%}-{high:.1%}"
