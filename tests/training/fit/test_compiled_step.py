"""Augmentation inside the step's graph trains as the other way does, and resumes as exactly."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.training.data.drawn_films import draw_adults, draw_films
from tests.training.fit.curves import read_curve
from tests.training.fit.kill import run_and_kill
from training.data.batches import Batches
from training.data.examples import Examples
from training.data.film_batches import FilmBatches
from training.data.films import Films
from training.fit.compiled_step import CompiledStep
from training.fit.losses import build_losses
from training.fit.optimizer import build_optimizer
from training.model.trainable_model import build_model
from training.recipe import Recipe
from training.recipes import JOINT, SMOKE

# Without dropout, whose random numbers XLA draws in another way.
CHILDREN = replace(SMOKE, image_size=56, batch_size=8, dropout=0.0)
BOTH = replace(
    JOINT,
    backbone=None,
    image_size=112,
    batch_size=32,
    frozen=False,
    frozen_head=False,
    dropout=0.0,
)


def build_batches(recipe: Recipe) -> Any:
    films = draw_films(32, seed=1)
    if recipe.adults:
        adults = draw_adults()
        adults = replace(adults, lungs=_enlarge(adults.lungs), whole=_enlarge(adults.whole))
        return FilmBatches(_enlarge(films), np.ones(32), adults, recipe)
    return Batches(Examples(films.images, films.labels, np.ones(32)), recipe)


def _enlarge(films: Films) -> Films:
    """Doubles rows and columns: maps of 14 x 14 cells are of 112 x 112 pixels."""
    planes = {
        name: array.repeat(2, axis=1).repeat(2, axis=2)
        for name, array in vars(films).items()
        if name != "labels"
    }
    return Films(**planes, labels=films.labels)


def compile_model(recipe: Recipe, batches: Any) -> keras.Model:
    keras.utils.set_random_seed(1)
    model = build_model(recipe, Path())
    optimizer = build_optimizer(recipe, steps_per_epoch=batches.steps)
    model.compile(optimizer=optimizer, **build_losses(recipe), jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def train_by_batches(recipe: Recipe, batches: Any) -> Iterator[float]:
    model = compile_model(recipe, batches)
    for images, targets, weights in batches.epoch(1).as_numpy_iterator():
        yield float(model.train_on_batch(images, targets, weights, return_dict=True)["loss"])


@pytest.mark.parametrize("recipe", [CHILDREN, BOTH], ids=["children", "both populations"])
@pytest.mark.parametrize("jit_compile", [False, True], ids=["without XLA", "with XLA"])
def test_losses_are_those_of_single_batches_but_for_rounding(
    recipe: Recipe, jit_compile: bool
) -> None:
    batches = build_batches(recipe)
    step = CompiledStep(compile_model(recipe, batches), batches, jit_compile=jit_compile)
    losses = [float(step(rows)) for rows in batches.rows(1)]
    assert len(losses) == batches.steps > 1
    assert losses == pytest.approx(list(train_by_batches(recipe, batches)), rel=2e-3)


def test_rows_from_the_middle_of_an_epoch_are_its_rest() -> None:
    for recipe in (CHILDREN, BOTH):
        batches = build_batches(recipe)
        rest, whole = list(batches.rows(2, first=1)), list(batches.rows(2))[1:]
        assert [number for number, _ in rest] == [number for number, _ in whole]
        for (_, first), (_, second) in zip(rest, whole, strict=True):
            assert all(map(np.array_equal, first, second))


def test_a_run_that_is_killed_within_an_epoch_ends_as_one_that_was_not(tmp_path: Path) -> None:
    complete = run_and_kill(tmp_path, "complete", is_compiled=True)
    killed = run_and_kill(tmp_path, "killed", killed_after=176, is_compiled=True)
    resumed = run_and_kill(tmp_path, "killed", is_compiled=True)
    assert (complete.returncode, resumed.returncode) == (0, 0), complete.stderr + resumed.stderr
    assert killed.returncode == -signal.SIGKILL
    assert "going on at epoch 2, step 75" in resumed.stdout
    assert len(read_curve(complete.stdout)) > 1
    assert read_curve(killed.stdout, resumed.stdout) == read_curve(complete.stdout)
    with np.load(tmp_path / "complete.npz") as first, np.load(tmp_path / "killed.npz") as second:
        assert all(np.array_equal(first[name], second[name]) for name in first)
