"""A report compares its first model with the mean of its recipe and with other recipes."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from training.artefact.predictions import Predictions
from training.data.manifest import Radiograph
from training.evaluation import model_evaluation
from training.evaluation.goals_section import format_metrics
from training.evaluation.metrics import compute_metrics
from training.evaluation.released_model import ReleasedModel
from training.fit.operating_point import OperatingPoint

LABELS = np.arange(40) % 2
POINT = OperatingPoint(threshold=0.5, band=(0.4, 0.6), rule="")
EMPTY = np.empty(0)
NO_PREDICTIONS = Predictions(EMPTY, EMPTY, EMPTY, np.empty(0, np.float32))


def _evaluation(version: str, recipe: str, errors: int) -> model_evaluation.ModelEvaluation:
    """Returns the evaluation of a model that gives the first few the other class."""
    probabilities = np.where(LABELS == 1, 0.9, 0.1)
    probabilities[:errors] = 1 - probabilities[:errors]
    metrics = compute_metrics(probabilities, LABELS, point=POINT)
    model = SimpleNamespace(version=version, recipe=recipe, point=POINT)
    return model_evaluation.ModelEvaluation(
        model=cast(ReleasedModel, model),
        predictions=NO_PREDICTIONS,
        probabilities=probabilities,
        metrics=metrics,
        intervals={name: [0.0, 1.0] for name in metrics},
        adults=[],
    )


def test_a_mean_is_of_one_recipe_and_another_stands_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model_evaluation, "RESAMPLES", 80)
    radiographs = [
        Radiograph("test", bool(label), "", str(index), "", Path(), "")
        for index, label in enumerate(LABELS)
    ]
    test_set = model_evaluation.TestSet(radiographs, np.zeros((40, 1, 1), np.uint8), LABELS, None)
    evaluations = [
        _evaluation("a", "default", 4),
        _evaluation("b", "default", 0),
        _evaluation("c", "original", 20),
    ]
    lines = format_metrics(evaluations, test_set).splitlines()
    head = next(line for line in lines if line.startswith("| measure"))
    accuracy = next(line for line in lines if line.startswith("| accuracy"))
    assert head == "| measure | goal | mean of 2 seeds | a | c |"
    assert [cell.split()[0] for cell in accuracy.split("|")[3:6]] == ["0.9500", "0.9000", "0.5000"]
