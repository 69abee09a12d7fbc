"""A run starts from the weights of a model that was trained before."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.__main__ import run
from training.artefact.first_weights import read_warm_start
from training.fit.checkpoint import TRAINED_WEIGHTS, read_trained_weights
from training.model.trainable_model import build_model, read_heads
from training.model.warm_start import WarmStartError, copy_weights
from training.recipes import SMOKE


def test_backbone_and_head_have_the_weights_of_the_earlier_model(
    smoke: Path, tmp_path: Path
) -> None:
    start = read_warm_start(smoke, SMOKE, tmp_path)
    model = build_model(replace(SMOKE, adults=True, seed=1), tmp_path)
    before = read_heads(model).by_name["population"].get_weights()
    copy_weights(start, model)
    for name in ("backbone", "head"):
        pairs = zip(
            start.model.get_layer(name).get_weights(),
            model.get_layer(name).get_weights(),
            strict=True,
        )
        assert all(np.array_equal(*pair) for pair in pairs)
    after = read_heads(model).by_name["population"].get_weights()
    assert all(map(np.array_equal, before, after))


def test_a_model_of_other_layers_is_refused(smoke: Path, tmp_path: Path) -> None:
    model = build_model(replace(SMOKE, image_size=224), tmp_path)
    with pytest.raises(WarmStartError, match="layers of its backbone differ"):
        copy_weights(read_warm_start(smoke, SMOKE, tmp_path), model)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WarmStartError, match="has no model to start from"):
        read_warm_start(tmp_path, SMOKE, tmp_path)


def test_the_command_starts_there_and_the_card_names_the_version(
    smoke: Path, drawn_data: Path, tmp_path: Path
) -> None:
    start = ("--warm-start", str(smoke))
    options = ("--data", str(drawn_data), "--cache", str(tmp_path), "--out", str(tmp_path / "out"))
    # So small a step that the first weights stay.
    settings = ("--set", "epochs=1", "--set", "learning_rate=1e-12", "--set", "weight_decay=0")
    run(("--recipe", "smoke", *options, *settings, *start))
    card = json.loads((tmp_path / "out" / "model_card.json").read_text())
    version = json.loads((smoke / "model_card.json").read_text())["model_version"]
    assert card["provenance"]["warm_start"] == version != card["model_version"]
    folders = (smoke, tmp_path / "out")
    models = [read_warm_start(folder, SMOKE, drawn_data).model for folder in folders]
    pairs = zip(*(model.get_layer("backbone").get_weights() for model in models), strict=True)
    assert all(np.allclose(first, second, atol=1e-6) for first, second in pairs)


def test_a_run_that_stopped_before_export_gives_its_weights(
    drawn_data: Path, tmp_path: Path
) -> None:
    checkpoints = tmp_path / "checkpoints"
    options = ("--data", str(drawn_data), "--cache", str(tmp_path))
    settings = ("--set", "epochs=1", "--only-learn", "--checkpoints", str(checkpoints))
    run(("--recipe", "smoke", *options, *settings))
    start = read_warm_start(checkpoints, replace(SMOKE, adults=True), drawn_data)
    assert re.fullmatch(r"weights-[0-9a-f]{8}", start.version)
    weights = read_trained_weights(checkpoints / TRAINED_WEIGHTS)
    assert all(map(np.array_equal, weights, start.model.get_weights()))
    with pytest.raises(WarmStartError, match="its layers differ from those of the recipe smoke"):
        read_warm_start(checkpoints, replace(SMOKE, head_units=(4, 4)), drawn_data)
