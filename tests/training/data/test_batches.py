"""An epoch's batches are finite, balanced, and the same on every run."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data.batches import Batches
from training.data.examples import Examples
from training.recipe import Augmentation, Recipe
from training.recipes import SMOKE

Array = NDArray[Any]

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(0, 255, (30, 56, 56, 1)).astype(np.float16)
LABELS = np.array([0] * 6 + [1] * 24)
EXAMPLES = Examples(IMAGES, LABELS, np.ones(30))
RECIPE = replace(SMOKE, image_size=56, batch_size=5, consistency=0.0)


def _epoch(recipe: Recipe, epoch: int, *, first: int = 0) -> list[tuple[Array, ...]]:
    batches = Batches(EXAMPLES, recipe)
    return list(batches.epoch(epoch, first=first).as_numpy_iterator())


def test_by_draws_an_epoch_has_as_many_of_either_class() -> None:
    batches = _epoch(RECIPE, 0)
    labels = np.concatenate([labels for _, labels, _ in batches])
    assert len(batches) == Batches(EXAMPLES, RECIPE).steps == 3
    assert labels.sum() == 6 and len(labels) == 12
    assert all((weights == 1).all() for _, _, weights in batches)


def test_by_weights_an_epoch_has_all_and_both_classes_weigh_the_same() -> None:
    batches = _epoch(replace(RECIPE, balance="weights"), 0)
    labels, weights = (np.concatenate([batch[column] for batch in batches]) for column in (1, 2))
    assert len(labels) == 30
    assert weights[labels == 0].sum() == pytest.approx(weights[labels == 1].sum())
    assert weights.mean() == pytest.approx(1)


def test_the_last_batch_takes_what_is_left() -> None:
    assert [len(labels) for _, labels, _ in _epoch(RECIPE, 0)] == [5, 5, 2]


def test_an_epoch_is_the_same_again_and_another_one_is_not() -> None:
    first, again, next_epoch = _epoch(RECIPE, 1), _epoch(RECIPE, 1), _epoch(RECIPE, 2)
    for batch, same in zip(first, again, strict=True):
        assert all(map(np.array_equal, batch, same))
    assert not np.array_equal(first[0][0], next_epoch[0][0])


def test_an_epoch_that_is_gone_on_with_ends_as_it_would_have() -> None:
    batches, rest = _epoch(RECIPE, 1), _epoch(RECIPE, 1, first=1)
    assert len(rest) == 2
    assert np.array_equal(batches[1][0], rest[0][0])


def test_the_pictures_of_an_epoch_differ_from_those_of_another_in_more_than_their_order() -> None:
    recipe = replace(RECIPE, balance="weights", batch_size=30)
    first, second = (sorted(_epoch(recipe, epoch)[0][0].sum((1, 2, 3))) for epoch in (0, 1))
    assert not np.allclose(first, second)


def test_a_radiograph_is_drawn_as_often_as_it_weights() -> None:
    """One of six normal images is white and has half of the weight of its class."""
    weights = np.where(np.arange(30) == 0, 3.0, 0.6)
    weights[6:] = 1.0
    white = IMAGES * 0 + np.where(np.arange(30) == 0, 255, 0)[:, None, None, None]
    examples = Examples(white.astype(np.float16), LABELS, weights)
    recipe = replace(RECIPE, acquisition_balance=1.0, augmentation=Augmentation())
    batches = [
        (images.mean((1, 2, 3)), labels[:, 0])
        for epoch in range(20)
        for images, labels, _ in Batches(examples, recipe).epoch(epoch).as_numpy_iterator()
    ]
    levels, labels = (np.concatenate(column) for column in zip(*batches, strict=True))
    assert np.mean(levels[labels == 0] > 250) == pytest.approx(0.5, abs=0.1)
    assert labels.mean() == 0.5


def test_a_loss_weighs_the_acquisition_as_far_as_the_recipe_goes_with_it() -> None:
    examples = Examples(IMAGES, LABELS, np.where(np.arange(30) % 2, 1.6, 0.4))
    none, half = (
        Batches(examples, replace(RECIPE, acquisition_balance=power)).weights
        for power in (0.0, 0.5)
    )
    assert none[0] == pytest.approx(none[1])
    assert half[1] / half[0] == pytest.approx(2.0)
    assert half[LABELS == 0].sum() == pytest.approx(half[LABELS == 1].sum())


def test_where_views_are_to_agree_two_of_each_radiograph_lie_side_by_side() -> None:
    recipe = replace(
        SMOKE, image_size=56, batch_size=4, augmentation=Augmentation(horizontal_flip=0.5)
    )
    batches = _epoch(recipe, 0)
    assert [len(labels) for _, labels, _ in batches] == [4, 4, 4]
    first, second = (
        np.concatenate([images[start::2] for images, _, _ in batches]) for start in (0, 1)
    )
    is_same, is_flipped = (
        np.isclose(first, view, atol=0.5).all((1, 2, 3)) for view in (second, second[:, :, ::-1])
    )
    assert (is_same | is_flipped).all() and is_flipped.any()
