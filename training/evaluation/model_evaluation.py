"""Evaluates frozen models on the test set, once each, and writes ledger and cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.radiograph import Pixels
from training.artefact.card import add_adult_auc, add_test_metrics
from training.artefact.predictions import Predictions
from training.data.examples import load_images
from training.data.films import VIEW_NAMES
from training.data.manifest import Radiograph, class_labels
from training.evaluation.adult_evaluation import (
    AdultResult,
    AdultTestSet,
    load_adults,
    measure_adults,
)
from training.evaluation.bootstrap import bootstrap
from training.evaluation.ledger import evaluate_once, next_evaluation_number
from training.evaluation.metrics import (
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
    """`pixels` (n, 224, 224) and `labels` (n,) of children's `radiographs`, and films of adults."""

    radiographs: Sequence[Radiograph]
    pixels: Pixels
    labels: Labels
    adults: AdultTestSet | None

    @classmethod
    def load(cls, radiographs: Sequence[Radiograph], data: Path) -> "TestSet":
        return cls(
            radiographs,
            load_images(radiographs, title="read test set"),
            class_labels(radiographs),
            load_adults(data),
        )

    @property
    def patients(self) -> list[str]:
        return [radiograph.patient for radiograph in self.radiographs]


@dataclass(frozen=True, eq=False)
class ModelEvaluation:
    """The predictions of one model on the test set, their metrics, and the results on adults."""

    model: ReleasedModel
    predictions: Predictions
    probabilities: Probabilities
    metrics: Metrics
    intervals: Intervals
    adults: Sequence[AdultResult]


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
    adults = measure_adults(model, test_set.adults) if test_set.adults else []

    def measure() -> tuple[Metrics, Intervals]:
        intervals = bootstrap_intervals(
            probabilities,
            test_set.labels,
            patients=test_set.patients,
            point=model.point,
            resamples=RESAMPLES,
            seed=SEED,
        )
        metrics = compute_metrics(probabilities, test_set.labels, point=model.point)
        return (
            metrics | {_adult_column(each.view): each.auc for each in adults},
            intervals | {_adult_column(each.view): each.interval for each in adults},
        )

    metrics, intervals = evaluate_once(
        ledger, version=model.version, number=number, evaluate=measure
    )
    # A row of an earlier evaluation has no columns of adults.
    columns = {view: _adult_column(view) for view in VIEW_NAMES}
    auc = {view: metrics.pop(name) for view, name in columns.items() if name in metrics}
    intervals = {name: intervals[name] for name in metrics}
    if auc:
        add_adult_auc(model.folder, auc)
        # The card may now say that adults are valid.
        model = ReleasedModel(model.folder)
    add_test_metrics(
        model.folder,
        radiographs=len(test_set.radiographs),
        patients=len(set(test_set.patients)),
        metrics=metrics,
        intervals=intervals,
    )
    return ModelEvaluation(model, predictions, probabilities, metrics, intervals, adults)


def _adult_column(view: str) -> str:
    """Returns the ledger's column of the AUC on adults' films of a view."""
    return f"adult_auc_{view.lower()}"
