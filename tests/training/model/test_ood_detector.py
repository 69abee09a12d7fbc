"""The detector tells chest X-rays from images made of them, and gives the rejection reason."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from contracts.answers import NotAssessed
from contracts.endpoint import REJECTION_REASONS
from phantoms.chest import draw_phantom
from screening.images import build_model_input
from screening.radiograph import Pixels
from training.data.augmentation import augment_pixels
from training.data.manifest import Radiograph
from training.data.ood_images import OOD_GENERATORS, OodGenerator
from training.model.ood_detector import (
    WIDE_AUGMENTATION,
    FeatureMatrix,
    OodDetector,
    choose_typicality_limit,
    split_for_ood_detector,
    train_ood_detector,
)


@pytest.fixture(scope="module")
def chests() -> Pixels:
    """Those of the training set."""
    phantoms = [draw_phantom(seed=seed, opacity=seed % 2 > 0) for seed in range(4)]
    return np.stack([build_model_input(phantom) for phantom in phantoms])


@pytest.fixture(scope="module")
def unseen() -> Pixels:
    return np.stack([build_model_input(draw_phantom(seed=seed)) for seed in (8, 9)])


def _means(pixels: Pixels) -> FeatureMatrix:
    """Returns 14 x 14 means: enough to tell where the lungs are."""
    squares = pixels.reshape(len(pixels), 14, 16, 14, 16).mean(axis=(2, 4))
    return np.asarray(squares.reshape(len(pixels), -1), np.float32)


@pytest.fixture(scope="module")
def detector(chests: Pixels) -> OodDetector:
    augmented = np.concatenate(
        [augment_pixels(chests, WIDE_AUGMENTATION, seed=seed) for seed in range(20)]
    )
    return train_ood_detector(_means, augmented, seed=1)


def _scores(detector: OodDetector, pixels: Pixels) -> NDArray[np.float32]:
    return np.asarray(detector(tf.constant(_means(pixels)))[0], np.float32)


@pytest.mark.parametrize(
    "generate",
    [generate for generators in OOD_GENERATORS.values() for generate in generators],
    ids=lambda generate: generate.__name__,
)
def test_what_is_made_is_less_typical_than_a_chest(
    detector: OodDetector, unseen: Pixels, generate: OodGenerator
) -> None:
    rng = np.random.default_rng(3)
    images = np.stack([generate(chest, rng) for chest in [*unseen] * 6])
    assert images.shape == (12, 224, 224) and images.dtype == np.uint8
    assert np.mean(_scores(detector, images) < _scores(detector, unseen).min()) > 0.7


def test_the_reason_is_that_of_the_maker_that_it_resembles(
    detector: OodDetector, chests: Pixels
) -> None:
    heads_down = np.concatenate(
        [augment_pixels(chests[:, ::-1], WIDE_AUGMENTATION, seed=seed) for seed in range(5)]
    )
    _, doubts = detector(tf.constant(_means(heads_down)))
    orientation = REJECTION_REASONS.index(NotAssessed.ORIENTATION)
    assert np.mean(np.argmax(doubts, axis=1) == orientation) > 0.7


def test_doubts_are_shares_of_all_that_speaks_against(
    detector: OodDetector, chests: Pixels
) -> None:
    _, doubts = detector(tf.constant(_means(chests)))
    assert doubts.shape == (4, len(REJECTION_REASONS))
    assert np.sum(doubts, axis=1) == pytest.approx(1)


def test_the_limit_lies_halfway_between_nearly_all_chests_and_nearly_all_others() -> None:
    chest_scores, ood_scores = np.linspace(4, 5, 1001), np.linspace(-9, 0, 1001)
    limit = choose_typicality_limit(chest_scores, ood_scores)
    assert limit == pytest.approx(((4 + 0.003) + (0 - 0.027)) / 2)


def test_where_chests_and_others_overlap_the_limit_refuses_hardly_a_chest() -> None:
    chest_scores, ood_scores = np.linspace(1, 5, 1001), np.linspace(-9, 4, 1001)
    limit = choose_typicality_limit(chest_scores, ood_scores)
    assert np.mean(chest_scores < limit) == pytest.approx(0.003, abs=0.001)


def test_the_limit_is_chosen_on_other_patients() -> None:
    radiograph = Radiograph("train", True, "virus", "", "", Path(), "")
    radiographs = [
        replace(radiograph, patient=f"{index // 3}", sha256=f"{index}") for index in range(90)
    ]
    train, limit = split_for_ood_detector(radiographs, seed=1)
    assert not {each.patient for each in train} & {each.patient for each in limit}
    assert len(train) == len(limit) == 45
