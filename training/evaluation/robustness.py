"""How answers stand what happens to pictures: corruptions, and another class's sharpness."""

from dataclasses import dataclass

import numpy as np
from rich.progress import track

from screening.radiograph import Pixels
from training.data.acquisition_bias import sharpness
from training.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from training.evaluation.evaluated_model import EvaluatedModel
from training.evaluation.metrics import evaluate
from training.evaluation.shortcut_learning import match_sharpness
from training.fit.calibration import Labels, Probabilities


@dataclass(frozen=True)
class CorruptionResult:
    """Figures with all pictures corrupted so."""

    name: str
    strength: int
    accuracy: float
    sensitivity: float
    specificity: float
    calibration_error: float
    refused: float


def corrupted(subject: EvaluatedModel, pixels: Pixels, labels: Labels) -> list[CorruptionResult]:
    """Each corruption at each strength, over (n, 224, 224)."""
    figures = []
    for name, corrupt in CORRUPTIONS.items():
        for strength in STRENGTHS:
            answers = subject.predict(np.stack([corrupt(one, strength) for one in pixels]))
            said = subject.probabilities(answers)
            measured = evaluate(said, labels, point=subject.point)
            figures.append(
                CorruptionResult(
                    name,
                    strength,
                    accuracy=measured["accuracy"],
                    sensitivity=measured["sensitivity"],
                    specificity=measured["specificity"],
                    calibration_error=measured["calibration_error"],
                    refused=float(np.mean(subject.rejects(answers))),
                )
            )
    return figures


def swap_sharpness(pixels: Pixels, labels: Labels) -> Pixels:
    """Each picture blurred or sharpened to the median sharpness of the other class."""
    sharp = np.array([sharpness(one) for one in pixels])
    medians = [float(np.median(sharp[labels == label])) for label in (0, 1)]
    changed = track(zip(pixels, labels, strict=True), total=len(labels), description="sharpness")
    return np.stack([match_sharpness(one, medians[1 - label]) for one, label in changed])


def flips(before: Probabilities, after: Probabilities, *, threshold: float) -> float:
    """The share of answers that are on the other side of the threshold afterwards."""
    return float(np.mean((before >= threshold) != (after >= threshold)))
