"""The bundled CPU model predicts, and only a file with the card's SHA-256 is loaded."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contracts.answers import Decision, Predictor
from phantoms.file_formats import grey_ramp
from screening import images
from screening.answer import build_answer
from screening.card import ModelCard
from screening.cpu_model import CpuModel
from screening.decode import decode_radiograph
from screening.errors import ModelError
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def model(card: ModelCard) -> CpuModel:
    return CpuModel((ROOT / "models" / card.cpu_path).read_bytes(), card)


def test_a_prediction_is_whole(model: CpuModel, card: ModelCard) -> None:
    prediction = model.predict(grey_ramp(224, 224))
    saliency = np.asarray(prediction.attention)
    assert math.isfinite(prediction.logit)
    assert saliency.shape == (card.attention_size, card.attention_size)
    assert 0 <= saliency.min() <= saliency.max() <= 1
    assert prediction.model_version == card.model_version


def test_the_same_picture_gives_the_same_prediction(model: CpuModel) -> None:
    assert model.predict(grey_ramp(224, 224)) == model.predict(grey_ramp(224, 224))


def test_another_file_than_the_card_names_is_refused(card: ModelCard) -> None:
    with pytest.raises(ModelError):
        CpuModel(b"another", replace(card, cpu_sha256="0" * 64))


@pytest.mark.data
def test_training_radiographs_are_told_apart(model: CpuModel, card: ModelCard, data: Path) -> None:
    """Of ten training radiographs of each class, at least eight are classified correctly."""
    for folder, decision in (
        ("NORMAL", Decision.NO_PNEUMONIA),
        ("PNEUMONIA", Decision.PNEUMONIA),
    ):
        paths = sorted((data / "full_size" / folder).iterdir())[:10]
        inputs = (images.build_model_input(decode_radiograph(p.read_bytes()).pixels) for p in paths)
        predictions = map(model.predict, inputs)
        answers = [build_answer(each, card, predictor=Predictor.CPU) for each in predictions]
        decisions = [answer.decision for answer in answers]
        assert decisions.count(decision) >= 8, decisions
