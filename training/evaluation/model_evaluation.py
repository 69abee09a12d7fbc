"""Evaluates frozen models on the test set, once each, and writes ledger and cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.radiograph import Pixels
from training.artefact.card import add_test_metrics
from training.artefact.predictions import Predictions
from training.data.examples import load_images
from training.data.manifest import Radiograph, class_labels
from training.evaluation.ledger import evaluate_once, next_evaluation_number
from training.evaluation.metrics import (
    bootstrap,
    bootstrap_intervals,
    compute_metrics,
    percentile_intervals,
)
from training.evaluation.released_model import ReleasedModel
from training.value_types import Intervals, Labels, Metrics, Probabilities

# With more than 2,000 resamples, percentile intervals change only in the third digit.
RESAMPLES, SEED = 2000, 20261124


@dataclass(frozen=True, eq=False)
class TestSet:
    """`pixels` (n, 224, 224) and `labels` (n,) of `radiographs`."""

    radiographs: Sequence[Radiograph]
    pixels: Pixels
    labels: Labels

    @classmethod
    def load(cls, radiographs: Sequence[Radiograph]) -> "TestSet":
        return cls(radiographs, load_images(radiographs), class_labels(radiographs))

    @property
    def patients(self) -> list[str]:
        return [radiograph.patient for radiograph in self.radiographs]


@dataclass(frozen=True, eq=False)
class ModelEvaluation:
    """The predictions of one model on the test set, and their metrics."""

    model: ReleasedModel
    predictions: Predictions
    probabilities: Probabilities
    metrics: Metrics
    intervals: Intervals


def evaluate_models(
    models: Sequence[ReleasedModel], test_set: TestSet, *, ledger: Path
) -> list[ModelEvaluation]:
    """Evaluates the models under one number, and writes each one's metrics to ledger and card."""
    number = next_evaluation_number(ledger)
    return [_evaluate(model, test_set, ledger=ledger, number=number) for model in models]


def mean_metrics(
    evaluations: Sequence[ModelEvaluation], test_set: TestSet
) -> tuple[Metrics, Intervals]:
    """Returns the means of several models' metrics, and their intervals.

    Each bootstrap sample draws patients and models, since another seed is another model.
    """
    model_rng = np.random.default_rng(SEED)

    def means(members: Sequence[ModelEvaluation], sample: NDArray[np.int64]) -> Metrics:
        rows = [
            compute_metrics(
                member.probabilities[sample], test_set.labels[sample], point=member.model.point
            )
            for member in members
        ]
        return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}

    def means_of_draw(sample: NDArray[np.int64]) -> Metrics:
        draw = model_rng.integers(len(evaluations), size=len(evaluations))
        return means([evaluations[index] for index in draw], sample)

    samples = bootstrap(
        means_of_draw,
        test_set.labels,
        patients=test_set.patients,
        resamples=RESAMPLES // 4,
        seed=SEED,
    )
    every_radiograph = np.arange(len(test_set.labels))
    return means(evaluations, every_radiograph), percentile_intervals(samples)


def _evaluate(
    model: ReleasedModel, test_set: TestSet, *, ledger: Path, number: int
) -> ModelEvaluation:
    predictions = model.predict(test_set.pixels)
    probabilities = model.probabilities(predictions)

    def measure() -> tuple[Metrics, Intervals]:
        intervals = bootstrap_intervals(
            probabilities,
            test_set.labels,
            patients=test_set.patients,
            point=model.point,
            resamples=RESAMPLES,
            seed=SEED,
        )
        return compute_metrics(probabilities, test_set.labels, point=model.point), intervals

    metrics, intervals = evaluate_once(
        ledger, version=model.version, number=number, evaluate=measure
    )
    add_test_metrics(
        model.folder,
        radiographs=len(test_set.radiographs),
        patients=len(set(test_set.patients)),
        metrics=metrics,
        intervals=intervals,
    )
    return ModelEvaluation(model, predictions, probabilities, metrics, intervals)
