"""A batch has pairs of views first, and says of each view only what is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.training.data.drawn_films import draw_adults, draw_films
from training.data.film_batches import FilmBatches
from training.recipe import Augmentation
from training.recipes import DEFAULT

RECIPE = replace(DEFAULT, image_size=56, batch_size=16, augmentation=Augmentation())
CHILDREN = draw_films(24, seed=1)
PAIRS = 2 * (4 + 1)
Batch = tuple[Any, dict[str, Any], dict[str, Any]]


def build(epoch: int, *, first: int = 0, removal: float = 0.5, swap: float = 0.25) -> list[Batch]:
    recipe = replace(RECIPE, background_removal=removal, background_swap=swap)
    batches = FilmBatches(CHILDREN, np.ones(24), draw_adults(), recipe)
    return list(batches.epoch(epoch, first=first).as_numpy_iterator())


@pytest.fixture(scope="module")
def batches() -> list[Batch]:
    return build(0)


def test_an_epoch_has_half_of_the_rarer_class_in_two_views(batches: list[Batch]) -> None:
    assert len(batches) == 3
    assert [len(images) for images, _, _ in batches] == [16] * 3
    for _, targets, _ in batches:
        assert targets["logit"][:8].sum() == 4


def test_half_of_the_views_are_children_and_half_of_the_adults_ill(batches: list[Batch]) -> None:
    for _, targets, _ in batches:
        assert targets["adult"][:, 0].tolist() == [0] * 8 + [1] * 8
        assert targets["logit"][PAIRS:].sum() == 3


def test_the_class_of_healthy_whole_films_is_not_taught(batches: list[Batch]) -> None:
    for _, _, weights in batches:
        assert weights["logit"].tolist() == [1] * 8 + [0, 0] + [1] * 6


def test_a_pair_is_two_views_of_one_film(batches: list[Batch]) -> None:
    """Without augmentation they are alike inside the lungs."""
    inside = np.zeros((56, 56, 1), np.bool_)
    inside[12:42, 10:22] = True
    for images, _, _ in batches:
        for first, second in zip(images[:PAIRS:2], images[1:PAIRS:2], strict=True):
            np.testing.assert_allclose(first[inside], second[inside], rtol=1e-4)


def test_backgrounds_are_removed_swapped_or_kept() -> None:
    for (removal, swap), expected in (
        ((1.0, 0.0), "black"),
        ((0.0, 1.0), "another"),
        ((0.0, 0.0), "same"),
    ):
        images = build(0, removal=removal, swap=swap)[0][0][:8]
        corner, other = images[1::2, :6, :6], images[0::2, :6, :6]
        assert (corner < 1).all() == (expected == "black")
        assert np.allclose(corner, other) == (expected == "same")


def test_an_epoch_is_the_same_again_also_from_its_middle(batches: list[Batch]) -> None:
    for first, again in zip(batches[1:], build(0, first=1), strict=True):
        np.testing.assert_array_equal(first[0], again[0])
        np.testing.assert_array_equal(first[1]["cells"], again[1]["cells"])
    assert not np.array_equal(batches[0][0], build(1)[0][0])


def test_cells_are_known_where_the_film_says_it(batches: list[Batch]) -> None:
    """Opacity, weight, lung and label: of ill children only cells far from lungs are known."""
    for _, targets, _ in batches:
        for label, cells in zip(targets["logit"][:8, 0], targets["cells"][:8], strict=True):
            opacity, weight, lung, known_label = np.moveaxis(cells, -1, 0)
            assert (known_label == label).all() and (opacity == 0).all()
            assert (weight[lung > 0.05] == 1 - label).all()
            assert weight[-1, -1] == 1
        for label, cells in zip(targets["logit"][PAIRS:, 0], targets["cells"][PAIRS:], strict=True):
            assert (cells[..., 1] >= 1).all()
            assert cells[..., 0].any() == bool(label)
