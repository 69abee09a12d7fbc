"""Measures one model on the test set beyond its metrics: shortcuts, subgroups and CPU."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from training.artefact.agreement import Agreement
from training.artefact.comparison import compare
from training.data.manifest import Radiograph
from training.evaluation.calibration_error import calibration_p_value
from training.evaluation.metrics import compute_metrics, move_to_prevalence
from training.evaluation.model_evaluation import ModelEvaluation, TestSet
from training.evaluation.robustness import flip_share, swap_sharpness
from training.evaluation.shortcut_learning import matched_pairs, pair_auc
from training.value_types import Labels, Probabilities

SIMULATIONS = 10_000
_SEED = 20261124


@dataclass(frozen=True)
class ShortcutResult:
    """`auc` is over `pairs` of opposite class that are alike in sharpness and JPEG size.

    `flips` is the share of answers that change when images get the other class's sharpness.
    """

    pairs: int
    auc: float
    flips: float


@dataclass(frozen=True)
class SubgroupResult:
    """`accuracy` at the threshold; `auc` of a kind of pneumonia against all normal radiographs."""

    name: str
    radiographs: int
    accuracy: float
    auc: float | None


@dataclass(frozen=True)
class CpuResult:
    """The CPU export against the endpoint's; a gain above 0 means that the CPU is better."""

    agreement: Agreement
    accuracy_gain: float
    auc_gain: float


def measure_p_value(probabilities: Probabilities, labels: Labels) -> float:
    """Returns that of the probabilities at balanced odds, moved to the prevalence of the set."""
    at_prevalence = move_to_prevalence(probabilities, labels)
    return calibration_p_value(at_prevalence, labels, simulations=SIMULATIONS, seed=_SEED)


def measure_shortcut(evaluation: ModelEvaluation, test_set: TestSet) -> ShortcutResult:
    model = evaluation.model
    pairs = matched_pairs(list(test_set.pixels), test_set.labels)
    swapped = model.predict(swap_sharpness(test_set.pixels, test_set.labels))
    return ShortcutResult(
        pairs=len(pairs[0]),
        auc=pair_auc(evaluation.probabilities, pairs),
        flips=flip_share(
            evaluation.probabilities,
            model.probabilities(swapped),
            threshold=model.point.threshold,
        ),
    )


def measure_subgroups(
    radiographs: Sequence[Radiograph],
    labels: Labels,
    probabilities: Probabilities,
    *,
    threshold: float,
) -> list[SubgroupResult]:
    """Measures the subtypes, and normal radiographs by the prefix of their file names."""
    is_right = (probabilities >= threshold) == labels
    groups = {
        "bacteria": [radiograph.subtype == "bacteria" for radiograph in radiographs],
        "virus": [radiograph.subtype == "virus" for radiograph in radiographs],
        "normal, IM": [radiograph.path.name.startswith("IM-") for radiograph in radiographs],
        "normal, NORMAL2": [
            radiograph.path.name.startswith("NORMAL2") for radiograph in radiographs
        ],
    }
    results = []
    for name, members in groups.items():
        inside = np.array(members)
        if not inside.any():
            continue
        compared = inside | (labels == 0)
        auc = None
        if labels[inside].all():
            auc = roc_auc_score(labels[compared], probabilities[compared])
        accuracy = float(is_right[inside].mean())
        results.append(SubgroupResult(name, int(inside.sum()), accuracy, auc))
    return results


def measure_cpu(evaluation: ModelEvaluation, test_set: TestSet) -> CpuResult:
    model, endpoint = evaluation.model, evaluation.predictions
    cpu = model.predict_cpu(test_set.pixels)
    cpu_metrics, endpoint_metrics = (
        compute_metrics(model.probabilities(predictions), test_set.labels, point=model.point)
        for predictions in (cpu, endpoint)
    )
    return CpuResult(
        agreement=compare(cpu, endpoint, calibration=model.calibration, point=model.point),
        accuracy_gain=cpu_metrics["accuracy"] - endpoint_metrics["accuracy"],
        auc_gain=cpu_metrics["auc"] - endpoint_metrics["auc"],
    )
