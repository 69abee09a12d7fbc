"""The CPU model predicts what its file gives, and only the file that the card names is loaded."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from contracts.answers import Decision, Predictor
from contracts.endpoint import Prediction
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


PIXELS = np.ones((224, 224), np.uint8)
MAP = ((0.25, 0.5), (0.75, 1.0))
CHILDREN_ALONE = {
    "logit": [0.5],
    "typicality": [-1.5],
    "attention": [MAP],
    "doubts": [[0.125, 0.25, 0.625]],
}
ADULTS_AND_LUNGS = {"adult": [-3.0], "lung_energy": [0.75]}


def convert(outputs: Mapping[str, Any]) -> bytes:
    """A LiteRT file with these outputs, each times the mean of the pixels."""
    spec = tf.TensorSpec([1, 224, 224, 1], tf.uint8, name="pixels")

    def serve(pixels: tf.Tensor) -> dict[str, tf.Tensor]:
        mean = tf.reduce_mean(tf.cast(pixels, tf.float32))
        return {name: mean * tf.constant(value) for name, value in outputs.items()}

    module = tf.Module()
    module.serve = tf.function(serve, input_signature=[spec])
    functions = [module.serve.get_concrete_function()]
    converter = tf.lite.TFLiteConverter.from_concrete_functions(functions, module)
    return bytes(converter.convert())


def build_model(card: ModelCard, outputs: Mapping[str, Any]) -> CpuModel:
    content = convert(outputs)
    return CpuModel(content, replace(card, cpu_sha256=hashlib.sha256(content).hexdigest()))


@pytest.mark.parametrize("is_joint", [False, True])
def test_each_output_has_its_own_field(is_joint: bool, card: ModelCard) -> None:
    """A model of children alone has no output about adults, and none about the lungs."""
    model = build_model(card, {**CHILDREN_ALONE, **(ADULTS_AND_LUNGS if is_joint else {})})
    assert model.predict(PIXELS) == Prediction(
        logit=0.5,
        typicality=-1.5,
        attention=MAP,
        model_version=card.model_version,
        doubts=(0.125, 0.25, 0.625),
        adult=-3.0 if is_joint else None,
        lung_energy=0.75 if is_joint else None,
    )


@pytest.mark.parametrize(
    "change",
    [
        *({name: [math.nan]} for name in ("logit", "typicality", "adult", "lung_energy")),
        {"lung_energy": [1.5]},
        {"lung_energy": [-0.5]},
        {"doubts": [[0.5, 0.25, math.nan]]},
        {"attention": [((0.0, 1.0), (math.nan, 0.0))]},
    ],
)
def test_outputs_that_are_no_prediction_are_refused(
    change: Mapping[str, Any], card: ModelCard
) -> None:
    model = build_model(card, {**CHILDREN_ALONE, **ADULTS_AND_LUNGS, **change})
    with pytest.raises(ModelError, match="the CPU model of card"):
        model.predict(PIXELS)


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
