"""Everything that is measured of one model on the test half, as numbers."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from screening.radiograph import Pixels
from training.artefact.agreement import Agreement
from training.artefact.comparison import compare
from training.artefact.predictions import Predictions
from training.data.manifest import Radiograph
from training.evaluation.calibration_error import calibration_p_value
from training.evaluation.evaluated_model import EvaluatedModel
from training.evaluation.metrics import evaluate
from training.evaluation.ood_detection import (
    MISLABELLED_CHESTS,
    WRONG_POSITIONS,
    RejectionCount,
    blank_images,
    read_images,
    refusals,
)
from training.evaluation.robustness import (
    flips,
    swap_sharpness,
)
from training.evaluation.shortcut_learning import matched_pairs, pair_auc
from training.fit.calibration import Labels, Probabilities

SIMULATIONS = 10_000
_SEED = 20261124


@dataclass(frozen=True)
class Shortcut:
    """On `pairs` of unlike class alike in sharpness and JPEG size; and the share of answers that
    flip at the other class's sharpness."""

    pairs: int
    auc: float
    flips: float


@dataclass(frozen=True)
class Subgroup:
    """The share of `radiographs` that is answered right at the threshold; the AUC of a kind of
    pneumonia is against all normal radiographs."""

    name: str
    radiographs: int
    right: float
    auc: float | None


def chance(said: Probabilities, labels: Labels) -> float:
    return calibration_p_value(said, labels, simulations=SIMULATIONS, seed=_SEED)


def shortcut(
    subject: EvaluatedModel, pixels: Pixels, labels: Labels, said: Probabilities
) -> Shortcut:
    pairs = matched_pairs(list(pixels), labels)
    changed = subject.probabilities(subject.predict(swap_sharpness(pixels, labels)))
    return Shortcut(
        pairs=len(pairs[0]),
        auc=pair_auc(said, pairs),
        flips=flips(said, changed, threshold=subject.card.threshold),
    )


def subgroups(
    radiographs: Sequence[Radiograph], labels: Labels, said: Probabilities, *, threshold: float
) -> list[Subgroup]:
    """By subtype, and of normal radiographs by the family of their file names."""
    right = (said >= threshold) == labels
    families = {
        "bacteria": [radiograph.subtype == "bacteria" for radiograph in radiographs],
        "virus": [radiograph.subtype == "virus" for radiograph in radiographs],
        "normal, IM": [radiograph.path.name.startswith("IM-") for radiograph in radiographs],
        "normal, NORMAL2": [
            radiograph.path.name.startswith("NORMAL2") for radiograph in radiographs
        ],
    }
    found = []
    for name, members in families.items():
        inside = np.array(members)
        if not inside.any():
            continue
        against = inside | (labels == 0)
        auc = roc_auc_score(labels[against], said[against]) if labels[inside].all() else None
        found.append(Subgroup(name, int(inside.sum()), float(right[inside].mean()), auc))
    return found


def gate(subject: EvaluatedModel, pixels: Pixels, data: Path) -> list[RejectionCount]:
    """Of chest X-rays first; pictures that are none, as far as the data folder has them."""
    found = [refusals(subject, "chest X-rays of the test half", pixels)]
    if (data / "adult_shift").is_dir():
        adults = np.stack(list(read_images(data / "adult_shift").values()))
        found.append(refusals(subject, "chest X-rays of adults", adults))
    if (data / "not_chest").is_dir():
        named = read_images(data / "not_chest")
        for folder in sorted({name.partition("/")[0] for name in named}):
            inside = {name for name in named if name.startswith(f"{folder}/")}
            for kind, names in (
                (f"{folder}, no chest X-ray", inside - MISLABELLED_CHESTS),
                (f"{folder}, but a chest X-ray", inside & MISLABELLED_CHESTS),
            ):
                if names:
                    several = np.stack([named[name] for name in sorted(names)])
                    found.append(refusals(subject, kind, several))
    found.append(refusals(subject, "blank", blank_images()))
    for position, turn in WRONG_POSITIONS.items():
        found.append(refusals(subject, f"test half, {position}", turn(pixels)))
    return found


def cpu_agreement(
    subject: EvaluatedModel, pixels: Pixels, labels: Labels, answers: Predictions
) -> tuple[Agreement, float, float]:
    """How near the CPU's artefact is, and by how much its accuracy and AUC are higher."""
    cpu = subject.predict_cpu(pixels)
    near = compare(cpu, answers, calibration=subject.calibration, point=subject.point)
    its, others = (
        evaluate(subject.probabilities(said), labels, point=subject.point)
        for said in (cpu, answers)
    )
    return near, its["accuracy"] - others["accuracy"], its["auc"] - others["auc"]


def adults(subject: EvaluatedModel, data: Path) -> list[tuple[str, int, int, float]]:
    """View, X-rays, of them with pneumonia (text-mined labels), AUC."""
    with (data / "adult_shift" / "labels.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    pictures = read_images(data / "adult_shift")
    said = subject.predict(np.stack([pictures[row["file"]] for row in rows])).logits
    truth = np.array([int(row["label"] == "PNEUMONIA") for row in rows])
    views = np.array([row["view"] for row in rows])
    return [
        (
            view,
            int(np.sum(views == view)),
            int(truth[views == view].sum()),
            float(roc_auc_score(truth[views == view], said[views == view])),
        )
        for view in sorted(set(views))
    ]
