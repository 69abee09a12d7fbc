"""A look at the test half: what frozen models said of it, with figures that the ledger keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.radiograph import Pixels
from training.artefact.card import add_test_metrics
from training.artefact.predictions import Predictions
from training.data.examples import load_images
from training.data.manifest import Radiograph, labels
from training.evaluation.evaluated_model import EvaluatedModel
from training.evaluation.ledger import Intervals, Metrics, evaluate_once, next_evaluation_number
from training.evaluation.metrics import bootstrap, evaluate, intervals
from training.fit.calibration import Labels, Probabilities

# Percentile intervals change in the third digit only beyond 2,000 resamples.
RESAMPLES, SEED = 2000, 20261124


@dataclass(frozen=True, eq=False)
class TestSet:
    """`pixels` (n, 224, 224) and `truth` (n,) of `radiographs`."""

    radiographs: Sequence[Radiograph]
    pixels: Pixels
    truth: Labels

    @classmethod
    def of(cls, radiographs: Sequence[Radiograph]) -> "TestSet":
        return cls(radiographs, load_images(radiographs), labels(radiographs))

    @property
    def patients(self) -> list[str]:
        return [radiograph.patient for radiograph in self.radiographs]


@dataclass(frozen=True, eq=False)
class ModelEvaluation:
    """What one model said, and how good that is."""

    subject: EvaluatedModel
    answers: Predictions
    said: Probabilities
    figures: Metrics
    intervals: Intervals


def look(
    subjects: Sequence[EvaluatedModel], half: TestSet, *, ledger: Path
) -> list[ModelEvaluation]:
    """Ask each model, write its figures into the ledger and into its card."""
    number = next_evaluation_number(ledger)
    return [_look(subject, half, ledger=ledger, number=number) for subject in subjects]


def _look(subject: EvaluatedModel, half: TestSet, *, ledger: Path, number: int) -> ModelEvaluation:
    answers = subject.predict(half.pixels)
    said = subject.probabilities(answers)

    def measure() -> tuple[Metrics, Intervals]:
        spread = intervals(
            said,
            half.truth,
            patients=half.patients,
            point=subject.point,
            resamples=RESAMPLES,
            seed=SEED,
        )
        return evaluate(said, half.truth, point=subject.point), spread

    figures, spread = evaluate_once(ledger, version=subject.version, look=number, evaluate=measure)
    add_test_metrics(
        subject.folder,
        radiographs=len(half.radiographs),
        patients=len(set(half.patients)),
        figures=figures,
        intervals=spread,
    )
    return ModelEvaluation(subject, answers, said, figures, spread)


def mean_of(several: Sequence[ModelEvaluation], half: TestSet) -> tuple[Metrics, Intervals]:
    """The means of several models' figures; for the intervals both patients and models are drawn,
    since another seed is another model.
    """
    chance = np.random.default_rng(SEED)

    def means(models: Sequence[ModelEvaluation], chosen: NDArray[np.int64]) -> Metrics:
        each = [
            evaluate(one.said[chosen], half.truth[chosen], point=one.subject.point)
            for one in models
        ]
        return {name: float(np.mean([figures[name] for figures in each])) for name in each[0]}

    def of_a_draw(chosen: NDArray[np.int64]) -> Metrics:
        picked = chance.integers(len(several), size=len(several))
        return means([several[index] for index in picked], chosen)

    drawn = bootstrap(
        of_a_draw, half.truth, patients=half.patients, resamples=RESAMPLES // 4, seed=SEED
    )
    return means(several, np.arange(len(half.truth))), {
        name: [float(edge) for edge in np.nanpercentile([one[name] for one in drawn], (2.5, 97.5))]
        for name in drawn[0]
    }
