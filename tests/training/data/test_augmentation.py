"""Each augmentation changes what it says, as far as it says, and nothing else."""

from dataclasses import fields

import numpy as np
import pytest
import tensorflow as tf

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from training.data.acquisition_bias import sharpness
from training.data.augmentation import augment, augment_pixels
from training.data.laplacian_pyramid import merge, split
from training.recipes import DEFAULT, Augmentation

CHEST = (
    build_model_input(draw_phantom()).reshape(112, 2, 112, 2).mean(axis=(1, 3)).astype(np.float32)
)
MANY = np.repeat(CHEST[np.newaxis, :, :, np.newaxis], 40, axis=0)


def _augmented(seed: int = 1, **reach: float) -> np.ndarray:
    done = augment(tf.constant(MANY), Augmentation(**reach), seed=tf.constant([7, seed]))
    return np.asarray(done)[..., 0]


def test_without_augmentation_a_picture_stays_as_it_is() -> None:
    np.testing.assert_allclose(_augmented(), MANY[..., 0], atol=0.05)


@pytest.mark.parametrize("name", [field.name for field in fields(Augmentation)])
def test_each_number_changes_pictures_and_each_of_them_differently(name: str) -> None:
    changed = _augmented(**{name: 0.5 if name != "rotation" else 10.0})
    differences = np.abs(changed - CHEST).mean(axis=(1, 2))
    assert (differences > 0.05).mean() > 0.4
    assert len(np.unique(np.round(differences, 4))) > (1 if name == "mirror" else 20)


def test_the_same_seed_gives_the_same_pictures() -> None:
    reach = {"rotation": 10.0, "noise": 0.1, "sharpness": 0.5}
    assert np.array_equal(_augmented(**reach), _augmented(**reach))
    assert not np.array_equal(_augmented(**reach), _augmented(seed=2, **reach))


def test_half_of_the_pictures_are_mirrored() -> None:
    mirrored = np.isclose(_augmented(mirror=0.5), CHEST[:, ::-1], atol=0.5).mean(axis=(1, 2)) > 0.99
    assert 8 < mirrored.sum() < 32


def test_sharpness_goes_both_ways_as_far_as_the_classes_lie_apart() -> None:
    changed = [sharpness(one) for one in _augmented(sharpness=DEFAULT.augmentation.sharpness)]
    assert min(changed) < 0.75 * sharpness(CHEST)
    assert max(changed) > 1.3 * sharpness(CHEST)


def test_grey_levels_stay_between_black_and_white() -> None:
    changed = _augmented(contrast=1.0, brightness=0.5, noise=0.3, sharpness=1.5)
    assert changed.min() >= 0 and changed.max() <= 255


def test_bands_and_rest_add_up_to_the_picture() -> None:
    bands, rest = split(tf.constant(MANY[:2]))
    np.testing.assert_allclose(merge(bands, rest), MANY[:2], atol=1e-2)
    assert [float(tf.reduce_mean(band)) for band in bands] == pytest.approx([0] * 4, abs=1.0)


def test_any_number_of_pictures_is_varied_each_in_its_own_way() -> None:
    pictures = np.repeat(build_model_input(draw_phantom())[np.newaxis], 70, axis=0)
    varied = augment_pixels(pictures, DEFAULT.augmentation, seed=3)
    assert varied.shape == pictures.shape and varied.dtype == np.uint8
    assert len({one.tobytes() for one in varied}) == 70
    np.testing.assert_array_equal(varied, augment_pixels(pictures, DEFAULT.augmentation, seed=3))
