"""The sections of a report, each as Markdown."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from training.evaluation import measures
from training.evaluation.looked import Looked, TestHalf, mean_of
from training.evaluation.robustness import Corrupted
from training.ledger import read_ledger

_GOALS = {
    "auc": "at least 0.990",
    "accuracy": "at least 0.950",
    "sensitivity": "at least 0.970",
    "specificity": "at least 0.920",
    "calibration_error": "p > 0.05; 0.03 wanted",
    "confidently_wrong": "at most 0.010",
    "uncertain_share": "at most 0.100",
    "answered_accuracy": "at least 0.980",
}


def figures(looked: Sequence[Looked], half: TestHalf) -> str:
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
            _GOALS.get(name, ""),
            *(
                f"{one[name]:.4f} ({spread[name][0]:.3f}-{spread[name][1]:.3f})"
                for _, one, spread in columns
            ),
        ]
        for name in first.figures
    ]
    chances = ", ".join(
        f"{measures.chance(one.said, half.truth):.4f} ({one.subject.version})" for one in looked
    )
    return "\n\n".join(
        [
            f"{len(half.truth)} radiographs of {len(set(half.patients))} patients, "
            f"{int(half.truth.sum())} with pneumonia: the half of the official test split that is "
            "at hand. Intervals are 95 % percentiles over draws of patients.",
            table(["measure", "goal", *(column[0] for column in columns)], rows),
            "How often a model that is calibrated exactly would show as large a calibration "
            f"error, were radiographs of one patient independent: p = {chances}.",
        ]
    )


def confusion(one: Looked, half: TestHalf) -> str:
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


def shortcuts(one: Looked, half: TestHalf) -> str:
    found = measures.shortcut(one.subject, half.pixels, half.truth, one.said)
    return (
        f"On {found.pairs:,} pairs of unlike class alike in sharpness and JPEG size the AUC is "
        f"{found.auc:.4f} (goal: at least 0.97). Made as sharp as the other class's, "
        f"{found.flips:.1%} of the answers change sides (goal: at most 2 %)."
    )


def subgroups(one: Looked, half: TestHalf) -> str:
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


def gate(one: Looked, half: TestHalf, data: Path) -> str:
    rows = [
        [found.kind, found.pictures, f"{found.refused / found.pictures:.1%}"]
        for found in measures.gate(one.subject, half.pixels, data)
    ]
    note = (
        "Folders are named as the data folder names them; of the pictures there, those that it "
        "calls CT slices and one of bones are frontal chest X-rays, as anybody sees."
    )
    return f"{table(['pictures', 'number', 'refused'], rows)}\n\n{note}"


def corruptions(one: Looked, stressed: Sequence[Corrupted]) -> str:
    loss = one.figures["accuracy"] - float(np.mean([each.accuracy for each in stressed]))
    errors = [each.calibration_error for each in stressed]
    rows = [
        [
            each.name,
            each.strength,
            f"{each.accuracy:.3f}",
            f"{each.calibration_error:.3f}",
            f"{each.refused:.1%}",
        ]
        for each in stressed
    ]
    head = ["corruption", "strength", "accuracy", "calibration error", "refused"]
    return (
        f"Mean loss of accuracy {100 * loss:.1f} points (goal: at most 5). Calibration error "
        f"{np.mean(errors):.3f} on average, {max(errors):.3f} at most (goal: at most 0.06).\n\n"
        f"{table(head, rows)}"
    )


def cpu(one: Looked, half: TestHalf) -> str:
    found = measures.cpu_agreement(one.subject, half.pixels, one.answers)
    return (
        f"Largest difference in probability {found.probability_difference_max:.4f}, smallest "
        f"correlation of attention maps {found.attention_correlation_min:.4f}, flips "
        f"{found.flips}."
    )


def adults(one: Looked, data: Path) -> str:
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
