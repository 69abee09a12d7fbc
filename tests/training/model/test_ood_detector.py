"""The gate knows a chest X-ray from what is made of one, and says what is wrong."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

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
    OodDetector,
    choose_typicality_limit,
    split_for_ood_detector,
    train_ood_detector,
)

CHESTS = np.stack(
    [build_model_input(draw_phantom(seed=seed, opacity=seed % 2 > 0)) for seed in range(4)]
)
OTHERS = np.stack([build_model_input(draw_phantom(seed=seed)) for seed in (8, 9)])


def _means(pixels: Pixels) -> np.ndarray:
    """Fourteen times fourteen means: enough to tell where lungs are."""
    squares = pixels.reshape(len(pixels), 14, 16, 14, 16).mean(axis=(2, 4))
    return squares.reshape(len(pixels), -1).astype(np.float32)


@pytest.fixture(scope="module")
def learnt() -> OodDetector:
    chests = np.concatenate(
        [augment_pixels(CHESTS, WIDE_AUGMENTATION, seed=seed) for seed in range(40)]
    )
    return train_ood_detector(_means, chests, seed=1)


def _typicality(learnt: OodDetector, pixels: Pixels) -> np.ndarray:
    return np.asarray(learnt(tf.constant(_means(pixels)))[0])


@pytest.mark.parametrize(
    "maker",
    [maker for several in OOD_GENERATORS.values() for maker in several],
    ids=lambda m: m.__name__,
)
def test_what_is_made_is_less_typical_than_a_chest(
    learnt: OodDetector, maker: OodGenerator
) -> None:
    rng = np.random.default_rng(3)
    made = np.stack([maker(chest, rng) for chest in [*OTHERS] * 6])
    assert made.shape == (12, 224, 224) and made.dtype == np.uint8
    assert np.mean(_typicality(learnt, made) < _typicality(learnt, OTHERS).min()) > 0.7


def test_the_reason_is_that_of_the_maker_that_it_resembles(learnt: OodDetector) -> None:
    heads_down = np.concatenate(
        [augment_pixels(CHESTS[:, ::-1], WIDE_AUGMENTATION, seed=seed) for seed in range(5)]
    )
    _, doubts = learnt(tf.constant(_means(heads_down)))
    orientation = REJECTION_REASONS.index(NotAssessed.ORIENTATION)
    assert np.mean(np.argmax(doubts, axis=1) == orientation) > 0.7


def test_doubts_are_shares_of_all_that_speaks_against(learnt: OodDetector) -> None:
    _, doubts = learnt(tf.constant(_means(CHESTS)))
    assert doubts.shape == (4, len(REJECTION_REASONS))
    assert np.sum(doubts, axis=1) == pytest.approx(1)


def test_the_limit_lies_halfway_between_nearly_all_chests_and_nearly_all_others() -> None:
    chests, others = np.linspace(4, 5, 1001), np.linspace(-9, 0, 1001)
    assert choose_typicality_limit(chests, others) == pytest.approx(((4 + 0.003) + (0 - 0.027)) / 2)


def test_where_chests_and_others_overlap_the_limit_refuses_hardly_a_chest() -> None:
    chests, others = np.linspace(1, 5, 1001), np.linspace(-9, 4, 1001)
    assert np.mean(chests < choose_typicality_limit(chests, others)) == pytest.approx(
        0.003, abs=0.001
    )


def test_the_limit_is_chosen_on_other_patients() -> None:
    one = Radiograph("train", True, "virus", "", "", Path(), "")
    radiographs = [replace(one, patient=f"{index // 3}", sha256=f"{index}") for index in range(90)]
    learnt, judged = split_for_ood_detector(radiographs, seed=1)
    assert not {each.patient for each in learnt} & {each.patient for each in judged}
    assert len(learnt) == len(judged) == 45
