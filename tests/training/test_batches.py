"""An epoch's batches are finite, balanced, and the same on every run."""

from dataclasses import replace

import numpy as np
import pytest

from training.batches import Batches
from training.recipes import SMOKE, Recipe

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(0, 255, (30, 56, 56, 1)).astype(np.float16)
LABELS = np.array([0] * 6 + [1] * 24)
RECIPE = replace(SMOKE, side=56, batch_size=5)


def _epoch(recipe: Recipe, epoch: int, *, first: int = 0) -> list[tuple[np.ndarray, ...]]:
    batches = Batches(PICTURES, LABELS, recipe)
    return list(batches.epoch(epoch, first=first).as_numpy_iterator())


def test_by_draws_an_epoch_has_as_many_of_either_class() -> None:
    batches = _epoch(RECIPE, 0)
    labels = np.concatenate([labels for _, labels, _ in batches])
    assert len(batches) == Batches(PICTURES, LABELS, RECIPE).steps == 3
    assert labels.sum() == 6 and len(labels) == 12
    assert all((weights == 1).all() for _, _, weights in batches)


def test_by_weights_an_epoch_has_all_and_both_classes_weigh_the_same() -> None:
    batches = _epoch(replace(RECIPE, balance="weights"), 0)
    labels, weights = (np.concatenate([one[part] for one in batches]) for part in (1, 2))
    assert len(labels) == 30
    assert weights[labels == 0].sum() == pytest.approx(weights[labels == 1].sum())
    assert weights.mean() == pytest.approx(1)


def test_the_last_batch_takes_what_is_left() -> None:
    assert [len(labels) for _, labels, _ in _epoch(RECIPE, 0)] == [5, 5, 2]


def test_an_epoch_is_the_same_again_and_another_one_is_not() -> None:
    one, again, other = _epoch(RECIPE, 1), _epoch(RECIPE, 1), _epoch(RECIPE, 2)
    for batch, same in zip(one, again, strict=True):
        assert all(map(np.array_equal, batch, same))
    assert not np.array_equal(one[0][0], other[0][0])


def test_an_epoch_that_is_gone_on_with_ends_as_it_would_have() -> None:
    whole, rest = _epoch(RECIPE, 1), _epoch(RECIPE, 1, first=1)
    assert len(rest) == 2
    assert np.array_equal(whole[1][0], rest[0][0])


def test_the_pictures_of_an_epoch_differ_from_those_of_another_in_more_than_their_order() -> None:
    still = replace(RECIPE, balance="weights", batch_size=30)
    sums = [sorted(_epoch(still, epoch)[0][0].sum((1, 2, 3))) for epoch in (0, 1)]
    assert not np.allclose(*sums)
