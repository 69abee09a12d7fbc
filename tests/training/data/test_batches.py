"""An epoch's batches are finite, balanced, and the same on every run."""

from dataclasses import replace

import numpy as np
import pytest

from training.data.batches import Batches
from training.data.examples import Examples
from training.recipes import SMOKE, Augmentation, Recipe

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(0, 255, (30, 56, 56, 1)).astype(np.float16)
LABELS = np.array([0] * 6 + [1] * 24)
PART = Examples(PICTURES, LABELS, np.ones(30))
RECIPE = replace(SMOKE, side=56, batch_size=5, consistency=0.0)


def _epoch(recipe: Recipe, epoch: int, *, first: int = 0) -> list[tuple[np.ndarray, ...]]:
    batches = Batches(PART, recipe)
    return list(batches.epoch(epoch, first=first).as_numpy_iterator())


def test_by_draws_an_epoch_has_as_many_of_either_class() -> None:
    batches = _epoch(RECIPE, 0)
    labels = np.concatenate([labels for _, labels, _ in batches])
    assert len(batches) == Batches(PART, RECIPE).steps == 3
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


def test_a_radiograph_is_drawn_as_often_as_it_counts() -> None:
    """One of six normal pictures, all white, counts half of its class."""
    counts = np.where(np.arange(30) == 0, 3.0, 0.6)
    counts[6:] = 1.0
    white = PICTURES * 0 + np.where(np.arange(30) == 0, 255, 0)[:, None, None, None]
    part = Examples(white.astype(np.float16), LABELS, counts)
    recipe = replace(RECIPE, acquisition_balance=1.0, augmentation=Augmentation())
    seen = [
        (pictures.mean((1, 2, 3)), labels[:, 0])
        for epoch in range(60)
        for pictures, labels, _ in Batches(part, recipe).epoch(epoch).as_numpy_iterator()
    ]
    levels, labels = (np.concatenate(each) for each in zip(*seen, strict=True))
    assert np.mean(levels[labels == 0] > 250) == pytest.approx(0.5, abs=0.1)
    assert labels.mean() == 0.5


def test_a_loss_weighs_the_acquisition_as_far_as_the_recipe_goes_with_it() -> None:
    part = Examples(PICTURES, LABELS, np.where(np.arange(30) % 2, 1.6, 0.4))
    none, half = (
        Batches(part, replace(RECIPE, acquisition_balance=share)).weights for share in (0.0, 0.5)
    )
    assert none[0] == pytest.approx(none[1])
    assert half[1] / half[0] == pytest.approx(2.0)
    assert half[LABELS == 0].sum() == pytest.approx(half[LABELS == 1].sum())


def test_where_views_are_to_agree_two_of_each_radiograph_lie_side_by_side() -> None:
    still = replace(SMOKE, side=56, batch_size=4, augmentation=Augmentation(mirror=0.5))
    batches = _epoch(still, 0)
    assert [len(labels) for _, labels, _ in batches] == [4, 4, 4]
    one, other = (np.concatenate([seen[at::2] for seen, _, _ in batches]) for at in (0, 1))
    same, mirrored = (
        np.isclose(one, view, atol=0.5).all((1, 2, 3)) for view in (other, other[:, :, ::-1])
    )
    assert (same | mirrored).all() and mirrored.any()
