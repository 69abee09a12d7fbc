"""A model of children and adults has a map, tells adults from children, and withholds adults."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from contracts.answers import Decision, NotAssessed, Predictor
from screening.answer import build_answer
from screening.card import read_card
from screening.cpu_model import CpuModel
from tests.training.data.adult_data import draw_film, draw_lungs, write_lungs, write_whole
from training.artefact.first_weights import read_warm_start
from training.artefact.predictions import predict_litert, predict_saved_model
from training.data.adult_films import LUNGS_FOLDER, WHOLE_FOLDER
from training.data.adults import TEST_FOLDER
from training.data.lung_masks import FOLDER
from training.data.manifest import DataError, read_manifest
from training.data.split import split_for_recipe
from training.fit.checkpoint import read_trained_weights
from training.fit.learning_set import load_learning_set
from training.fit.train_network import run_folders, train_network
from training.fit.validation import Validation
from training.model.trainable_model import build_model, read_heads
from training.model.warm_start import WarmStartError
from training.recipe import Recipe
from training.recipes import JOINT, SMOKE
from training.train import train

RECIPE = replace(
    SMOKE,
    adults=True,
    # Each view then has both classes on either side.
    validation_share=0.5,
    background_removal=JOINT.background_removal,
    background_swap=JOINT.background_swap,
    population_weight=JOINT.population_weight,
    map_weight=JOINT.map_weight,
    batch_size=16,
    epochs=1,
)
ROWS = {
    f'film-{label}-{view}-{number}.jpg,{label},{view},50,F,"{box}"': 100 * len(label)
    + 10 * side
    + number
    for label, box in (("normal", ""), ("opacity", "0.2,0.3,0.2,0.3"))
    for side, view in enumerate(("AP", "PA"))
    for number in range(5)
}
HEALTHY = [seed for row, seed in ROWS.items() if ",normal," in row]


@pytest.fixture(scope="module")
def data(drawn_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn children with masks, and adults in both forms."""
    data = tmp_path_factory.mktemp("joint") / "data"
    shutil.copytree(drawn_data, data)
    (data / FOLDER).mkdir()
    for radiograph in read_manifest(data):
        Image.fromarray(draw_lungs()).save(data / FOLDER / f"{radiograph.path.stem}.png")
    write_lungs(data, ROWS)
    for seed in HEALTHY:
        write_whole(data / WHOLE_FOLDER, f"whole-{seed}.jpg", seed)
    write_whole(data / TEST_FOLDER, "00000001_000.jpg", 9_999)
    return data


@pytest.fixture(scope="module")
def model(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("joint-model") / "models"
    train(RECIPE, read_manifest(data), data=data, out=out, cache=out.parent / "cache")
    return out


def test_both_exports_have_the_same_map_and_population(model: Path) -> None:
    pixels = np.stack([draw_film(seed) for seed in (1, 2)])
    cpu = predict_litert(model / "cpu.tflite", pixels)
    endpoint = predict_saved_model(model / "saved_model", pixels)
    assert cpu.attention.shape == (2, 14, 14)
    assert cpu.adult is not None and endpoint.adult is not None
    assert cpu.lung_energy is not None and endpoint.lung_energy is not None
    np.testing.assert_allclose(cpu.attention, endpoint.attention, atol=0.01)
    np.testing.assert_allclose(cpu.adult, endpoint.adult, atol=0.05)
    np.testing.assert_allclose(cpu.lung_energy, endpoint.lung_energy, atol=0.01)
    assert ((cpu.attention > 0) & (cpu.attention < 1)).all()


def test_the_card_counts_adults_and_names_their_source(model: Path) -> None:
    card: dict[str, Any] = json.loads((model / "model_card.json").read_text())
    rows = [row for row in card["data"]["composition"] if row["population"] == "adult"]
    assert sum(row["films"] for row in rows) == len(ROWS) + len(HEALTHY)
    assert "Shih" in card["data"]["adults"]["credit"]
    assert card["attention_size"] == 14


def test_the_card_has_both_populations_and_their_limits(model: Path) -> None:
    card: dict[str, Any] = json.loads((model / "model_card.json").read_text())
    child, adult = card["populations"]["child"], card["populations"]["adult"]
    assert child["validation"]["auc"].keys() == {"all"}
    assert adult["validation"]["auc"].keys() == {"AP", "PA"}
    lungs = [row for row in card["data"]["composition"] if row["split"] == "validation"]
    for fields, source in ((child, "chest_xray_224"), (adult, LUNGS_FOLDER)):
        films = sum(row["films"] for row in lungs if row["source"] == source)
        assert fields["validation"]["radiographs"] == films > 0
    assert card["min_adult_log_odds"] >= 0
    assert 0 <= card["min_lung_energy"] <= 1
    assert card["histograms"].keys() == {"child", "adult"}
    assert not sum(card["histograms"]["adult"]["mean"]["pneumonia"])


def test_a_film_that_looks_like_an_adults_is_withheld(model: Path) -> None:
    """Adults are not valid until whole films of another source were tried."""
    card = replace(read_card(model / "model_card.json"), min_adult_log_odds=2.0)
    prediction = CpuModel((model / card.cpu_path).read_bytes(), card).predict(draw_film(1))
    certain = replace(prediction, adult=5.0, typicality=100.0)
    answer = build_answer(certain, card, predictor=Predictor.CPU)
    assert (answer.decision, answer.reason) == (
        Decision.NOT_ASSESSED,
        NotAssessed.POPULATION_NOT_VALID,
    )
    contradiction = build_answer(certain, card, predictor=Predictor.CPU, age_years=3)
    assert contradiction.reason is NotAssessed.AGE_DISAGREES


@pytest.mark.parametrize("recipe", [replace(RECIPE, epochs=2), replace(SMOKE, epochs=2)])
def test_with_adults_the_last_epoch_is_kept(
    recipe: Recipe, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Validation has children only. Without adults the better epoch of two is kept."""
    learning_set = load_learning_set(
        recipe, split_for_recipe(recipe, read_manifest(data)), data=data
    )
    weights = []
    for name, losses in (("falls", [1.0, 0.5]), ("rises", [0.5, 1.0])):
        monkeypatch.setattr(Validation, "loss", Mock(side_effect=losses))
        folders = run_folders(tmp_path / name, recipe)
        run = train_network(recipe, learning_set, data=data, folders=folders)
        weights.append(read_trained_weights(run.weights))
    assert all(map(np.array_equal, *weights)) == recipe.adults


def test_a_view_of_one_class_in_validation_is_refused_before_training(
    data: Path, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, validation_share=0.15)
    with pytest.raises(DataError, match="The AP films of adults for validation need"):
        train(recipe, read_manifest(data), data=data, out=tmp_path, cache=tmp_path / "cache")


def test_without_films_of_adults_the_recipe_is_refused(drawn_data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="needs films of adults"):
        train(
            RECIPE,
            read_manifest(drawn_data),
            data=drawn_data,
            out=tmp_path / "models",
            cache=tmp_path / "cache",
        )


def test_a_frozen_model_keeps_the_answers_of_its_start(
    model: Path, data: Path, tmp_path: Path
) -> None:
    recipe = replace(RECIPE, frozen=True, frozen_head=True)
    start = read_warm_start(model, recipe, data)
    result = build_model(recipe, data)
    run = train_network(
        recipe,
        load_learning_set(recipe, split_for_recipe(recipe, read_manifest(data)), data=data),
        data=data,
        folders=run_folders(tmp_path, recipe),
        warm_start=start,
    )
    result.set_weights(read_trained_weights(run.weights))
    for name in ("backbone", "head"):
        pairs = zip(
            start.model.get_layer(name).get_weights(),
            result.get_layer(name).get_weights(),
            strict=True,
        )
        assert all(np.array_equal(*pair) for pair in pairs)
    heads = [read_heads(each).by_name for each in (start.model, result)]
    for name in ("population", "cells"):
        weights = [each[name].get_weights()[0] for each in heads]
        assert not np.array_equal(*weights)


def test_a_frozen_model_needs_a_start(data: Path, tmp_path: Path) -> None:
    recipe = replace(RECIPE, frozen=True, frozen_head=True)
    split = split_for_recipe(recipe, read_manifest(data))
    learning_set = load_learning_set(recipe, split, data=data)
    with pytest.raises(WarmStartError, match="--warm-start"):
        train_network(recipe, learning_set, data=data, folders=run_folders(tmp_path, recipe))
