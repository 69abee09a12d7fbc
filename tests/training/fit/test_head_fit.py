"""The last layer is fitted exactly, near the one before it, on features that are computed once."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from training.data.manifest import read_manifest
from training.data.split import split_for_recipe
from training.fit.checkpoint import read_trained_weights
from training.fit.head_fit import Layer, fit_layer
from training.fit.kept_features import FeatureStore, augment_images
from training.fit.learning_set import load_learning_set
from training.fit.train_network import run_folders, train_network
from training.model.trainable_model import build_model
from training.recipe import RecipeError
from training.recipes import HEAD, SMOKE

TINY = replace(HEAD, backbone=None)
RANDOM = np.random.default_rng(3)
FEATURES = RANDOM.normal(2.0, 3.0, (400, 5)).astype(np.float32)
LABELS = (FEATURES @ [0.4, -0.2, 0.0, 0.1, 0.3] + RANDOM.normal(0, 2, 400) > 1.2).astype(np.int64)
NONE = Layer(np.zeros(5), 0.0)


def test_the_fit_is_that_of_a_logistic_regression() -> None:
    penalty = 0.02
    scaled = (FEATURES - FEATURES.mean(axis=0)) / FEATURES.std(axis=0)
    regression = LogisticRegression(C=1 / (penalty * len(LABELS)), tol=1e-8, max_iter=1000)
    regression.fit(scaled, LABELS)
    layer = fit_layer(FEATURES, LABELS, np.ones(400), first=NONE, penalty=penalty)
    np.testing.assert_allclose(
        layer.logits(FEATURES), regression.decision_function(scaled), atol=0.01
    )


def test_weights_count_as_often_as_they_say() -> None:
    weights = np.where(LABELS == 1, 3.0, 1.0)
    twice = np.repeat(np.arange(400), weights.astype(int))
    weighted = fit_layer(FEATURES, LABELS, weights, first=NONE, penalty=0.1)
    repeated = fit_layer(
        FEATURES[twice], LABELS[twice], np.ones(len(twice)), first=NONE, penalty=0.1
    )
    np.testing.assert_allclose(weighted.weights, repeated.weights, atol=1e-3)


@pytest.mark.parametrize(("penalty", "distance"), [(1e-4, 0.2), (1e3, 1e-3)])
def test_a_large_penalty_keeps_the_layer_before(penalty: float, distance: float) -> None:
    first = Layer(np.array([-0.4, 0.2, 0.5, 0.0, 0.1]), 0.3)
    layer = fit_layer(FEATURES, LABELS, np.ones(400), first=first, penalty=penalty)
    is_near = np.abs(layer.weights - first.weights).max() < distance
    assert is_near == (penalty > 1)


def test_features_are_computed_once_for_each_set_of_films(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = build_model(TINY, tmp_path)
    images = RANDOM.uniform(0, 255, (70, 112, 112, 1)).astype(np.float16)
    first = FeatureStore(model, tmp_path / "features").read(images)
    pooled = keras.Model(model.inputs, model.get_layer("pooled").output)
    expected = pooled.predict(images.astype(np.float32))
    np.testing.assert_allclose(first, expected, atol=1e-4)
    store = FeatureStore(model, tmp_path / "features")
    monkeypatch.setattr(store, "_pooled", None)
    np.testing.assert_array_equal(store.read(images), first)
    with pytest.raises(AttributeError):
        store.read(images[::-1])


def test_another_backbone_has_other_features(tmp_path: Path) -> None:
    images = RANDOM.uniform(0, 255, (3, 112, 112, 1)).astype(np.float16)
    folder = tmp_path / "features"
    models = [build_model(replace(TINY, seed=seed), tmp_path) for seed in (1, 2)]
    one, other = (FeatureStore(model, folder).read(images) for model in models)
    assert np.abs(one - other).max() > 0.1


def test_each_view_is_another_one_and_the_same_again() -> None:
    images = RANDOM.uniform(0, 255, (5, 112, 112, 1)).astype(np.float16)
    first, again, second = (augment_images(images, TINY, view=view) for view in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - second).max() > 1


@pytest.mark.parametrize(
    "change", [{"frozen": False}, {"adults": True}, {"consistency": 0.1}, {"head_units": (8,)}]
)
def test_more_than_one_layer_cannot_be_fitted_exactly(change: dict[str, object]) -> None:
    with pytest.raises(RecipeError, match="'schedule' cannot be exact"):
        replace(HEAD, **change)  # type: ignore[arg-type]


def test_a_run_changes_the_last_layer_alone(
    drawn_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = replace(HEAD, backbone=None, max_images=SMOKE.max_images)
    split = split_for_recipe(recipe, read_manifest(drawn_data))
    learning_set = load_learning_set(recipe, split, data=drawn_data)
    folders = run_folders(tmp_path, recipe)
    run = train_network(recipe, learning_set, data=drawn_data, folders=folders)
    # The loss by which a search compares it.
    assert f"best_loss {run.history[0]['validation_loss']:.9f}\n" in capsys.readouterr().out
    before, after = build_model(recipe, drawn_data), build_model(recipe, drawn_data)
    after.set_weights(read_trained_weights(run.weights))
    for old, new in zip(
        before.get_layer("backbone").get_weights(),
        after.get_layer("backbone").get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(old, new)
    logits = after.predict(learning_set.validation.images.astype(np.float32))[:, 0]
    assert np.mean((logits > 0) == learning_set.validation.labels) > 0.9
    assert run.seconds > 0 and run.environments[0]["keras"]
    assert not list(folders.checkpoints.glob("step-*"))
