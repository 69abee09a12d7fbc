"""The smoke recipe runs from synthetic images to a model folder that screening can use."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from screening.card import read_card
from screening.cpu_model import CpuModel
from screening.radiograph import Pixels
from training.artefact.agreement import Agreement, DisagreementError, require_agreement
from training.artefact.comparison import compare
from training.artefact.model_folder import folder_sha256
from training.artefact.predictions import Predictions, predict_litert, predict_saved_model
from training.data.examples import load_images
from training.data.manifest import class_labels, read_manifest, read_pixels
from training.data.split import split_for_recipe
from training.fit.calibration import Calibration, calibrate, fit_calibration
from training.fit.operating_point import OperatingPoint, choose_operating_point
from training.recipes import SMOKE
from training.train import release
from training.validate import validate


def test_the_card_is_one_that_screening_reads(smoke: Path) -> None:
    card = read_card(smoke / "model_card.json")
    assert card.model_version.startswith("smoke-")
    assert card.endpoint_sha256 == folder_sha256(smoke / "saved_model")


def test_a_release_replaces_the_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    for folder, text in (("work", "new"), ("out", "old")):
        (tmp_path / folder / "saved_model").mkdir(parents=True)
        for name in ("saved_model/saved_model.pb", "cpu.tflite", "model_card.json"):
            (tmp_path / folder / name).write_text(text)
    (tmp_path / "out" / "saved_model" / "stale").touch()
    (tmp_path / "out" / "mine").write_text("kept")
    release(tmp_path / "work", tmp_path / "out")
    files = {path.name: path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {name: path.read_text() for name, path in files.items()} == {
        "saved_model.pb": "new",
        "cpu.tflite": "new",
        "model_card.json": "new",
        "mine": "kept",
    }


def test_the_cpu_artefact_outputs_in_screening(smoke: Path, drawn_data: Path) -> None:
    card = read_card(smoke / "model_card.json")
    model = CpuModel((smoke / card.cpu_path).read_bytes(), card)
    prediction = model.predict(read_pixels(read_manifest(drawn_data)[0])[:, :, 0])
    assert len(prediction.attention) == card.attention_size
    assert np.isfinite([prediction.logit, prediction.typicality]).all()


def test_both_artefacts_agree_on_every_drawn_picture(smoke: Path, drawn_data: Path) -> None:
    pixels = load_images(read_manifest(drawn_data))
    cpu = predict_litert(smoke / "cpu.tflite", pixels)
    endpoint = predict_saved_model(smoke / "saved_model", pixels)
    np.testing.assert_allclose(cpu.logits, endpoint.logits, atol=1e-3)
    np.testing.assert_allclose(cpu.attention, endpoint.attention, atol=1e-2)
    np.testing.assert_allclose(cpu.typicality, endpoint.typicality, rtol=2e-2)


def test_the_cpu_artefact_has_builtin_operations_only(smoke: Path) -> None:
    interpreter = Interpreter(model_path=str(smoke / "cpu.tflite"))
    names = {operation["op_name"] for operation in interpreter._get_ops_details()}
    assert "CONV_2D" in names
    assert not {name for name in names if name.startswith(("Flex", "CUSTOM"))}


def test_the_saved_model_says_which_model_it_is(smoke: Path) -> None:
    model = tf.saved_model.load(str(smoke / "saved_model"))
    outputs = model.signatures["serving_default"](pixels=tf.constant([bytes(50_176)] * 3))
    version = read_card(smoke / "model_card.json").model_version
    assert [name.decode() for name in outputs["model_version"].numpy()] == [version] * 3
    assert outputs["logit"].shape == outputs["typicality"].shape == (3,)
    assert outputs["attention"].shape == (3, 7, 7)


@pytest.mark.parametrize(
    ("probability", "correlation", "flips"), [(0.021, 0.99, 0), (0.0, 0.97, 0), (0.0, 0.99, 1)]
)
def test_artefacts_that_disagree_are_not_released(
    probability: float, correlation: float, flips: int
) -> None:
    require_agreement(Agreement(786, 0.02, 0.98, 0))
    with pytest.raises(DisagreementError):
        require_agreement(Agreement(786, probability, correlation, flips))


def test_maps_that_nobody_could_tell_apart_agree() -> None:
    calibration, point = Calibration(1.0, 0.0), OperatingPoint(0.5, (0.4, 0.6), "")

    def correlation(cpu_peak: float, endpoint_peak: float) -> float:
        maps = [np.zeros((1, 7, 7), np.float32) for _ in range(2)]
        maps[0][0, 3, 3], maps[1][0, 5, 5] = cpu_peak, endpoint_peak
        logits, doubts = np.zeros(1), np.empty((1, 0))
        cpu, endpoint = (Predictions(logits, logits, doubts, saliency) for saliency in maps)
        agreement = compare(cpu, endpoint, calibration=calibration, point=point)
        return agreement.attention_correlation_min

    assert correlation(0.0, 0.003) == 1.0
    # The overlay draws no region of a map whose peak is below one half.
    assert correlation(0.0, 0.49) == 1.0
    assert correlation(0.0, 0.51) == 0.0
    assert correlation(0.5, 0.5) < 0.1


def test_calibration_and_threshold_see_radiographs_as_they_are_and_varied(
    monkeypatch: pytest.MonkeyPatch, drawn_data: Path
) -> None:
    split = split_for_recipe(SMOKE, read_manifest(drawn_data))
    labels = class_labels(split.validation)
    plain = np.random.default_rng(0).normal(labels, 1.0)
    calls: list[Pixels] = []

    def predict(_: Path, pixels: Pixels) -> Predictions:
        """The second call, with augmented images, returns higher logits."""
        logits = plain + 1.5 * len(calls)
        calls.append(pixels)
        zeros = np.zeros(len(labels))
        saliency = np.ones((len(labels), 2, 2), np.float32)
        return Predictions(logits, zeros, zeros[:, None], saliency)

    monkeypatch.setattr("training.validate.predict_saved_model", predict)
    monkeypatch.setattr("training.validate.predict_litert", predict)
    [children] = validate(
        SMOKE,
        split.validation,
        None,
        clusters=np.zeros(len(labels), np.int64),
        limit=0.0,
        min_adult_log_odds=None,
        out=Path(),
        version="smoke-0",
    ).populations
    logits, both_labels = np.concatenate([plain, plain + 1.5]), np.tile(labels, 2)
    groups = [np.ones(len(both_labels), np.bool_)]
    assert children.calibration == fit_calibration(logits, both_labels, groups)
    probabilities = calibrate(logits, children.calibration)
    assert children.point == choose_operating_point(
        probabilities,
        both_labels,
        groups,
        sensitivity=SMOKE.sensitivity,
        band_share=SMOKE.band_share,
    )
    np.testing.assert_array_equal(children.probabilities, probabilities[: len(labels)])
    assert not np.array_equal(calls[0], calls[1])
