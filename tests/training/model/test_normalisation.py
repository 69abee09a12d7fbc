"""The network's first layer removes brightness, contrast and detail finer than the blur."""

import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from training.data.laplacian_pyramid import gaussian_blur
from training.model.normalisation import GreyNormalisation

PIXELS = build_model_input(draw_phantom())
CHEST = PIXELS.reshape(1, 112, 2, 112, 2, 1).mean(axis=(2, 4)).astype(np.float32)
BUNDLED = Path(__file__).parents[3] / "models/saved_model/assets.extra/keras.json"


def test_another_brightness_and_contrast_are_the_same_picture() -> None:
    layer = GreyNormalisation()
    np.testing.assert_allclose(layer(CHEST), layer(40 + 0.5 * CHEST), atol=0.02)


def test_smoothing_is_the_gaussian_that_augmentation_blurs_by() -> None:
    expected = GreyNormalisation()(gaussian_blur(tf.constant(CHEST), 1.5))
    np.testing.assert_allclose(GreyNormalisation(blur_sigma=1.5)(CHEST), expected, atol=1e-3)


def test_noise_hardly_shows_once_smoothed() -> None:
    noisy = CHEST + np.random.default_rng(1).normal(0, 12, CHEST.shape)

    def change(layer: GreyNormalisation) -> float:
        return float(np.abs(layer(noisy) - layer(CHEST)).mean())

    assert change(GreyNormalisation(blur_sigma=1.0)) < 0.4 * change(GreyNormalisation())


def test_a_saved_layer_smooths_as_it_did() -> None:
    layer = GreyNormalisation(blur_sigma=2.0)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    np.testing.assert_array_equal(again(CHEST), layer(CHEST))


def test_the_layer_of_a_released_model_is_read_by_its_older_names() -> None:
    backbone = keras.models.model_from_json(json.loads(BUNDLED.read_text())["backbone"])
    layer = backbone.get_layer("normalisation")
    assert isinstance(layer, GreyNormalisation)
    assert layer.blur_sigma == 1.0
