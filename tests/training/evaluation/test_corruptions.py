"""Each corruption returns an image of the same form, and a stronger one changes more."""

import numpy as np
import pytest

from screening.radiograph import Pixels
from training.evaluation.corruptions import CORRUPTIONS, STRENGTHS


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_stronger_corruption_changes_more(chest: Pixels, name: str) -> None:
    before = chest.copy()
    corrupted = [CORRUPTIONS[name](chest, strength) for strength in STRENGTHS]
    changes = [float(np.mean(np.abs(image.astype(float) - chest))) for image in corrupted]
    assert changes == sorted(changes) and changes[0] > 0.1
    assert {(image.shape, image.dtype) for image in corrupted} == {((224, 224), np.dtype(np.uint8))}
    assert np.array_equal(chest, before)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_the_same_each_time(chest: Pixels, name: str) -> None:
    assert np.array_equal(CORRUPTIONS[name](chest, 3), CORRUPTIONS[name](chest, 3))
