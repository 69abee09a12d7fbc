"""The sections of a report, each as Markdown."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from training.evaluation import measurements as measures
from training.evaluation.abstention import abstention_curve
from training.evaluation.ledger import read_ledger
from training.evaluation.model_evaluation import ModelEvaluation, TestSet, mean_of
from training.evaluation.ood_detection import RejectionCount
from training.evaluation.robustness import CorruptionResult

_AT_LEAST = {
    "auc": 0.99,
    "accuracy": 0.95,
    "sensitivity": 0.97,
    "specificity": 0.92,
    "right_of_90_in_100": 0.98,
}
_AT_MOST = {"calibration_error": 0.03, "confidently_wrong": 0.01}
# How many may be left out for that accuracy.
_LEFT_OUT = 0.1


def figures(looked: Sequence[ModelEvaluation], half: TestSet) -> str:
    """The first model's figures against the goals; beside them the mean of all that are made by its
    recipe, and each one that is not.
    """
    first = looked[0]
    seeds = [one for one in looked if one.subject.recipe == first.subject.recipe]
    columns = [(first.subject.version, first.figures, first.intervals)]
    if len(seeds) > 1:
        columns.append((f"mean of {len(seeds)} seeds", *mean_of(seeds, half)))
    columns += [
        (one.subject.version, one.figures, one.intervals) for one in looked if one not in seeds
    ]
    rows = [
        [
            name.replace("_", " "),
            _goal(name),
            *(
                f"{one[name]:.4f} ({spread[name][0]:.3f}-{spread[name][1]:.3f})"
                f"{_missed(name, one[name])}"
                for _, one, spread in columns
            ),
        ]
        for name in first.figures
    ]
    rest = "right_of_90_in_100"
    answering = [_right_of_the_rest(one, half) for one in looked]
    of_seeds = [right for one, right in zip(looked, answering, strict=True) if one in seeds]
    others = [right for one, right in zip(looked, answering, strict=True) if one not in seeds]
    means = [float(np.mean(of_seeds))] if len(seeds) > 1 else []
    rows.append(
        [
            "accuracy where the 10 % nearest to the threshold are left out",
            _goal(rest),
            *(f"{right:.4f}{_missed(rest, right)}" for right in [answering[0], *means, *others]),
        ]
    )
    chances = ", ".join(
        f"{measures.chance(one.said, half.truth):.4f} ({one.subject.version})" for one in looked
    )
    return "\n\n".join(
        [
            f"{len(half.truth)} radiographs of {len(set(half.patients))} patients, "
            f"{int(half.truth.sum())} with pneumonia: the half of the official test split that is "
            "at hand. Intervals are 95 % percentiles over draws of patients, and of models where "
            "there are several. **Missed** stands where a goal was.",
            table(["measure", "goal", *(column[0] for column in columns)], rows),
            "How often a model that is calibrated exactly would show as large a calibration "
            f"error, were radiographs of one patient independent: p = {chances}. The goal is more "
            "than 0.05.",
        ]
    )


def _goal(name: str) -> str:
    if name in _AT_LEAST:
        return f"at least {_AT_LEAST[name]:.3f}"
    return f"at most {_AT_MOST[name]:.3f}" if name in _AT_MOST else ""


def _missed(name: str, figure: float) -> str:
    too_low = name in _AT_LEAST and figure < _AT_LEAST[name]
    too_high = name in _AT_MOST and figure > _AT_MOST[name]
    return " **missed**" if too_low or too_high else ""


def _right_of_the_rest(one: ModelEvaluation, half: TestSet) -> float:
    curve = abstention_curve(one.said, half.truth, threshold=one.subject.point.threshold)
    return next(point.accuracy for point in reversed(curve) if point.share <= _LEFT_OUT)


def confusion(one: ModelEvaluation, half: TestSet) -> str:
    positive = one.said >= one.subject.card.threshold
    rows = [
        [
            name,
            int(np.sum(~positive[half.truth == label])),
            int(np.sum(positive[half.truth == label])),
        ]
        for label, name in enumerate(("normal", "pneumonia"))
    ]
    return table(["", "below the threshold", "above"], rows)


def shortcuts(one: ModelEvaluation, half: TestSet) -> str:
    found = measures.shortcut(one.subject, half.pixels, half.truth, one.said)
    return (
        f"On {found.pairs:,} pairs of unlike class alike in sharpness and JPEG size the AUC is "
        f"{found.auc:.4f} (goal: at least 0.97). Made as sharp as the other class's, "
        f"{found.flips:.1%} of the answers change sides (goal: at most 2 %)."
    )


def subgroups(one: ModelEvaluation, half: TestSet) -> str:
    found = measures.subgroups(
        half.radiographs, half.truth, one.said, threshold=one.subject.card.threshold
    )
    rows = [
        [
            group.name,
            group.radiographs,
            f"{group.right:.3f}",
            f"{group.auc:.4f}" if group.auc else "",
        ]
        for group in found
    ]
    return table(["subgroup", "radiographs", "right at the threshold", "AUC"], rows)


def gate(one: ModelEvaluation, half: TestSet, data: Path) -> str:
    rows = [
        [found.kind, found.pictures, f"{found.refused / found.pictures:.1%}", _exact(found)]
        for found in measures.gate(one.subject, half.pixels, data)
    ]
    note = (
        "Goals: at least 99 % of what is no chest X-ray, at most 1 % of children's. Blanks and "
        "wrong positions are of the kinds that the gate has learnt from, photos and bones are not. "
        "Folders are named as the data folder names them; of the pictures there, those that it "
        "calls CT slices and one of bones are frontal chest X-rays, as anybody sees."
    )
    return f"{table(['pictures', 'number', 'refused', '95 %'], rows)}\n\n{note}"


def _exact(found: RejectionCount) -> str:
    """Clopper-Pearson, which holds where nothing or everything is refused."""
    low, high = binomtest(found.refused, found.pictures).proportion_ci(method="exact")
    return f"{low:.1%}-{high:.1%}"


def corruptions(one: ModelEvaluation, stressed: Sequence[CorruptionResult]) -> str:
    loss = one.figures["accuracy"] - float(np.mean([each.accuracy for each in stressed]))
    errors = [each.calibration_error for each in stressed]
    rows = [
        [
            each.name,
            each.strength,
            f"{each.accuracy:.3f}",
            f"{each.sensitivity:.3f}",
            f"{each.specificity:.3f}",
            f"{each.calibration_error:.3f}",
            f"{each.refused:.1%}",
        ]
        for each in stressed
    ]
    head = ["corruption", "strength", "accuracy", "sensitivity", "specificity"]
    head += ["calibration error", "refused"]
    return (
        f"Mean loss of accuracy {100 * loss:.1f} points (goal: at most 5). Calibration error "
        f"{np.mean(errors):.3f} on average, {max(errors):.3f} at most (goal: at most 0.06).\n\n"
        f"{table(head, rows)}"
    )


def cpu(one: ModelEvaluation, half: TestSet) -> str:
    found, accuracy, auc = measures.cpu_agreement(one.subject, half.pixels, half.truth, one.answers)
    return (
        f"Accuracy {100 * accuracy:+.2f} points (goal: at least -0.2), AUC {auc:+.4f} (goal: at "
        "least -0.002). "
        f"Largest difference in probability {found.probability_difference_max:.4f}, smallest "
        f"correlation of attention maps {found.attention_correlation_min:.4f}, flips "
        f"{found.flips}."
    )


def adults(one: ModelEvaluation, data: Path) -> str:
    if not (data / "adult_shift").is_dir():
        return "No X-rays of adults were at hand."
    rows = [[*found[:3], f"{found[3]:.3f}"] for found in measures.adults(one.subject, data)]
    return (
        "NIH ChestX-ray14, labels mined from reports. The model is made for children of 1 to 5 "
        "years; this is what it is worth outside.\n\n"
        f"{table(['view', 'X-rays', 'with pneumonia', 'AUC'], rows)}"
    )


def looks(ledger: Path) -> str:
    names = ["date", "look", "model_version", "auc", "accuracy", "sensitivity", "specificity"]
    return table(names, [[row[name] for name in names] for row in read_ledger(ledger)])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
