"""Each augmentation changes images as far as its setting allows, and nothing else."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from training.data.acquisition_bias import sharpness_with_border
from training.data.augmentation import augment, augment_pixels
from training.data.laplacian_pyramid import merge_bands, split_bands
from training.recipe import Augmentation
from training.recipes import DEFAULT

CHEST = (
    build_model_input(draw_phantom()).reshape(112, 2, 112, 2).mean(axis=(1, 3)).astype(np.float32)
)
MANY = np.repeat(CHEST[np.newaxis, :, :, np.newaxis], 40, axis=0)


def _augment(augmentation: Augmentation, *, seed: int = 1) -> NDArray[np.float32]:
    images = augment(tf.constant(MANY), augmentation, seed=tf.constant([7, seed]))
    return np.asarray(images, np.float32)[..., 0]


def test_without_augmentation_a_picture_stays_as_it_is() -> None:
    np.testing.assert_allclose(_augment(Augmentation()), MANY[..., 0], atol=0.05)


# It changes what the zooms do, and nothing alone.
NUMBERS = [field.name for field in fields(Augmentation) if field.name != "zoom_per_axis"]


@pytest.mark.parametrize("name", NUMBERS)
def test_each_number_changes_pictures_and_each_of_them_differently(name: str) -> None:
    values: dict[str, Any] = {name: 0.5 if name != "rotation" else 10.0}
    changed = _augment(Augmentation(**values))
    differences = np.abs(changed - CHEST).mean(axis=(1, 2))
    assert (differences > 0.05).mean() > 0.4
    assert len(np.unique(np.round(differences, 4))) > (1 if name == "horizontal_flip" else 20)


@pytest.mark.parametrize("is_per_axis", [False, True])
def test_zoom_is_drawn_once_or_for_each_axis(is_per_axis: bool) -> None:
    """A film that is white inside a square shows by its first row and column how it was zoomed."""
    square = np.zeros((40, 112, 112, 1), np.float32)
    square[:, 28:84, 28:84] = 255
    augmentation = Augmentation(zoom_in=0.3, zoom_out=0.3, zoom_per_axis=is_per_axis)
    images = np.asarray(augment(tf.constant(square), augmentation, seed=tf.constant([7, 1])))
    heights, widths = images[:, :, 56, 0].sum(axis=1), images[:, 56, :, 0].sum(axis=1)
    ratios = heights / widths
    assert np.ptp(heights) > 255 * 20
    if is_per_axis:
        assert ratios.min() < 0.8 and ratios.max() > 1.15
    else:
        assert ratios == pytest.approx(1.0, abs=0.03)


def test_the_same_seed_gives_the_same_pictures() -> None:
    augmentation = Augmentation(rotation=10.0, noise=0.1, sharpness=0.5)
    first = _augment(augmentation)
    assert np.array_equal(first, _augment(augmentation))
    assert not np.array_equal(first, _augment(augmentation, seed=2))


def test_half_of_the_pictures_are_mirrored() -> None:
    images = _augment(Augmentation(horizontal_flip=0.5))
    is_flipped = np.isclose(images, CHEST[:, ::-1], atol=0.5).mean(axis=(1, 2)) > 0.99
    assert 8 < is_flipped.sum() < 32


def test_sharpness_goes_both_ways_as_far_as_the_classes_lie_apart() -> None:
    images = _augment(Augmentation(sharpness=DEFAULT.augmentation.sharpness))
    values = [sharpness_with_border(image) for image in images]
    assert min(values) < 0.75 * sharpness_with_border(CHEST)
    assert max(values) > 1.3 * sharpness_with_border(CHEST)


def test_grey_levels_stay_between_black_and_white() -> None:
    strong = Augmentation(contrast=1.0, brightness=0.5, noise=0.3, sharpness=1.5)
    images = _augment(strong)
    assert images.min() >= 0 and images.max() <= 255


def test_bands_and_rest_add_up_to_the_picture() -> None:
    bands, rest = split_bands(tf.constant(MANY[:2]))
    np.testing.assert_allclose(merge_bands(bands, rest), MANY[:2], atol=1e-2)
    assert [float(tf.reduce_mean(band)) for band in bands] == pytest.approx([0] * 4, abs=1.0)


def test_any_number_of_pictures_is_varied_each_in_its_own_way() -> None:
    images = np.repeat(build_model_input(draw_phantom())[np.newaxis], 70, axis=0)
    augmented = augment_pixels(images, DEFAULT.augmentation, seed=3)
    assert augmented.shape == images.shape and augmented.dtype == np.uint8
    assert len({image.tobytes() for image in augmented}) == 70
    np.testing.assert_array_equal(augmented, augment_pixels(images, DEFAULT.augmentation, seed=3))
