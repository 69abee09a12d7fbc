"""What a report says beside its first model."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from training.evaluation import model_evaluation as test_set
from training.evaluation import report_sections as sections
from training.evaluation.metrics import evaluate
from training.fit.calibration import OperatingPoint

TRUTH = np.arange(40) % 2
POINT = OperatingPoint(threshold=0.5, band=(0.4, 0.6), rule="")


def model(version: str, recipe: str, wrong: int) -> Any:
    """A model that takes the first few for the other class."""
    said = np.where(TRUTH == 1, 0.9, 0.1)
    said[:wrong] = 1 - said[:wrong]
    figures = evaluate(said, TRUTH, point=POINT)
    subject = SimpleNamespace(version=version, recipe=recipe, point=POINT)
    spread = dict.fromkeys(figures, (0.0, 1.0))
    return test_set.ModelEvaluation(subject, None, said, figures, spread)  # type: ignore[arg-type]


def test_a_mean_is_of_one_recipe_and_another_stands_beside_it() -> None:
    radiographs = [SimpleNamespace(patient=str(number)) for number in range(len(TRUTH))]
    half = test_set.TestSet(radiographs, np.zeros((40, 1, 1), np.uint8), TRUTH)  # type: ignore[arg-type]
    models = [model("a", "default", 4), model("b", "default", 0), model("c", "original", 20)]
    lines = sections.figures(models, half).splitlines()
    head = next(line for line in lines if line.startswith("| measure"))
    accuracy = next(line for line in lines if line.startswith("| accuracy"))
    assert head == "| measure | goal | a | mean of 2 seeds | c |"
    assert [cell.split()[0] for cell in accuracy.split("|")[3:6]] == ["0.9000", "0.9500", "0.5000"]
