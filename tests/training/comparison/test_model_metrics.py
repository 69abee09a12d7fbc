"""The metrics of a comparison are those of an evaluation."""

import numpy as np
import pytest

from contracts.answers import Population
from tests.conftest import ROOT
from training.artefact.predictions import Predictions
from training.comparison.film_set import Films
from training.comparison.model_metrics import build_measure
from training.evaluation.metrics import compute_metrics
from training.evaluation.released_model import ReleasedModel


def test_they_equal_those_of_scikit_learn_on_films_with_ties() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    logits = np.round(rng.normal(3.0 * labels - 2, 2.0), 1)
    model = ReleasedModel(ROOT / "models")
    predictions = Predictions(
        logits=logits,
        typicality=np.full(200, 100.0),
        doubts=np.empty((200, 0)),
        attention=np.zeros((200, 14, 14), np.float32),
        adult=np.full(200, -100.0),
    )
    films = Films(
        Population.CHILD, np.zeros((200, 1, 1), np.uint8), labels, list(map(str, labels)), {}
    )
    own = build_measure(model, films, predictions)(np.arange(200))
    theirs = compute_metrics(model.probabilities(predictions), labels, point=model.point)
    for name in ("auc", "sensitivity", "specificity", "calibration_error", "log_loss"):
        assert own[name] == pytest.approx(theirs[name], abs=1e-9), name
    assert own["answered"] == pytest.approx(1 - theirs["uncertain_share"])
    assert 0 < own["answered"] < 1
