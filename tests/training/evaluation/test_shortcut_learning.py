"""The shortcut tests measure, match and change the sharpness of images."""

import numpy as np
import pytest

from screening.radiograph import Pixels
from training.data.acquisition_bias import sharpness_with_border
from training.evaluation.shortcut_learning import match_sharpness, matched_pairs, pair_auc


@pytest.mark.parametrize("factor", [0.4, 0.75, 1.0, 1.3, 2.0])
def test_a_picture_is_made_as_sharp_as_wanted(chest: Pixels, factor: float) -> None:
    target = factor * sharpness_with_border(chest)
    assert sharpness_with_border(match_sharpness(chest, target)) == pytest.approx(target, rel=0.02)


def test_what_cannot_be_reached_is_approached(chest: Pixels) -> None:
    assert (
        0 < sharpness_with_border(match_sharpness(chest, 0.0)) < 0.5 * sharpness_with_border(chest)
    )
    assert sharpness_with_border(match_sharpness(chest, 500.0)) > 3 * sharpness_with_border(chest)


def test_only_pictures_equally_sharp_are_paired(chest: Pixels) -> None:
    blurred = match_sharpness(chest, 0.5 * sharpness_with_border(chest))
    normal, pneumonia = matched_pairs([chest, blurred, chest, blurred], np.array([0, 0, 1, 1]))
    assert list(zip(normal, pneumonia, strict=True)) == [(0, 2), (1, 3)]


def test_the_auc_of_pairs_counts_a_tie_half() -> None:
    scores = np.array([0.1, 0.5, 0.5, 0.9])
    pairs = (np.array([0, 1, 1]), np.array([2, 2, 3]))
    assert pair_auc(scores, pairs) == pytest.approx(2.5 / 3)
    assert pair_auc(scores, (pairs[1], pairs[0])) == pytest.approx(0.5 / 3)
