"""What the network is not shown: brightness, contrast, and detail finer than the smoothing."""

import keras
import numpy as np
import tensorflow as tf

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from training.data.laplacian_pyramid import blur
from training.model.normalisation import GreyNormalisation

CHEST = (
    build_model_input(draw_phantom())
    .reshape(1, 112, 2, 112, 2, 1)
    .mean(axis=(2, 4))
    .astype(np.float32)
)


def test_another_brightness_and_contrast_are_the_same_picture() -> None:
    np.testing.assert_allclose(
        GreyNormalisation()(CHEST), GreyNormalisation()(40 + 0.5 * CHEST), atol=0.02
    )


def test_smoothing_is_the_gaussian_that_augmentation_blurs_by() -> None:
    smoothed = GreyNormalisation()(blur(tf.constant(CHEST), 1.5))
    np.testing.assert_allclose(GreyNormalisation(smoothing=1.5)(CHEST), smoothed, atol=1e-3)


def test_noise_hardly_shows_once_smoothed() -> None:
    noisy = CHEST + np.random.default_rng(1).normal(0, 12, CHEST.shape)

    def change(layer: GreyNormalisation) -> float:
        return float(np.abs(layer(noisy) - layer(CHEST)).mean())

    assert change(GreyNormalisation(smoothing=1.0)) < 0.4 * change(GreyNormalisation())


def test_a_saved_layer_smooths_as_it_did() -> None:
    layer = GreyNormalisation(smoothing=2.0)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(again(CHEST), layer(CHEST))
