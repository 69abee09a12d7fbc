"""How far answers change with corruptions, and with the other class's sharpness."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.progress import track

from screening.radiograph import Pixels
from training.data.acquisition_bias import sharpness_with_border
from training.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from training.evaluation.metrics import compute_metrics
from training.evaluation.released_model import ReleasedModel
from training.evaluation.shortcut_learning import match_sharpness
from training.value_types import Labels, Probabilities


@dataclass(frozen=True)
class CorruptionResult:
    """The metrics with one corruption on all images; `rejected` is a share."""

    name: str
    strength: int
    accuracy: float
    sensitivity: float
    specificity: float
    calibration_error: float
    rejected: float


def measure_corruptions(
    model: ReleasedModel, pixels: Pixels, labels: Labels, *, strengths: Sequence[int] = STRENGTHS
) -> list[CorruptionResult]:
    """Measures each corruption at each strength, on (n, 224, 224)."""
    results = []
    for name, corrupt in CORRUPTIONS.items():
        for strength in strengths:
            predictions = model.predict(np.stack([corrupt(image, strength) for image in pixels]))
            probabilities = model.probabilities(predictions)
            metrics = compute_metrics(probabilities, labels, point=model.point)
            results.append(
                CorruptionResult(
                    name,
                    strength,
                    accuracy=metrics["accuracy"],
                    sensitivity=metrics["sensitivity"],
                    specificity=metrics["specificity"],
                    calibration_error=metrics["calibration_error"],
                    rejected=float(np.mean(model.rejects(predictions))),
                )
            )
    return results


def swap_sharpness(pixels: Pixels, labels: Labels) -> Pixels:
    """Blurs or sharpens each image to the median sharpness of the other class."""
    values = np.array([sharpness_with_border(image) for image in pixels])
    medians = [float(np.median(values[labels == label])) for label in (0, 1)]
    pairs = track(zip(pixels, labels, strict=True), total=len(labels), description="sharpness")
    return np.stack([match_sharpness(image, medians[1 - label]) for image, label in pairs])


def flip_share(before: Probabilities, after: Probabilities, *, threshold: float) -> float:
    """Returns the share of answers that change to the other side of the threshold."""
    return float(np.mean((before >= threshold) != (after >= threshold)))
