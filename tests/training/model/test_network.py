"""The network's forward-only saliency map and gradient equal those of automatic differentiation."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from training.model.head import build_head, logit_and_gradient
from training.model.network import Network, assemble_network, downscale, grad_cam
from training.model.trainable_model import build_model
from training.recipes import SMOKE

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (4, 224, 224, 1), dtype=np.uint8)


@pytest.fixture(scope="module")
def head() -> keras.Model:
    """A head with random batch norm statistics, so that its scales and shifts matter."""
    keras.utils.set_random_seed(1)
    head = build_head(8, SMOKE)
    for layer in head.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([RNG.uniform(0.5, 1.5, 8).astype(np.float32) for _ in range(4)])
    return head


@pytest.fixture(scope="module")
def network(head: keras.Model) -> Network:
    """A toy network with that head."""
    model = build_model(SMOKE, Path())
    model.get_layer("head").set_weights(head.get_weights())
    return assemble_network(model, PIXELS[..., 0], seed=1)


def test_grad_cam_equals_that_of_gradient_tape(network: Network) -> None:
    maps = network.backbone(downscale(PIXELS, SMOKE.image_size))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        logit = network.heads.logit(tf.reduce_mean(maps, axis=(1, 2)), training=False)
    weights = tf.reduce_mean(tape.gradient(logit, maps), axis=(1, 2))
    heat = tf.nn.relu(tf.einsum("bhwc,bc->bhw", maps, weights)).numpy()
    peaks = heat.max(axis=(1, 2), keepdims=True)
    expected = np.divide(heat, peaks, out=np.zeros_like(heat), where=peaks > 0)

    outputs = network(PIXELS)
    assert peaks.max() > 0
    np.testing.assert_allclose(outputs.attention, expected, atol=1e-5)
    np.testing.assert_allclose(outputs.logit, logit[:, 0], rtol=1e-5, atol=1e-6)


def test_the_gradient_equals_that_of_gradient_tape(head: keras.Model) -> None:
    pooled = tf.constant(RNG.normal(size=(16, 8)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(pooled)
        logit = head(pooled, training=False)
    gradient = logit_and_gradient(head, pooled)[1]
    np.testing.assert_allclose(gradient, tape.gradient(logit, pooled), rtol=1e-4, atol=1e-6)


def test_a_map_without_evidence_stays_zero() -> None:
    maps = tf.ones((1, 14, 14, 8))
    assert np.count_nonzero(grad_cam(maps, -tf.ones((1, 8)))) == 0


def test_a_map_with_next_to_no_evidence_is_faint() -> None:
    """One cell is evidence for pneumonia; evidence against it is a hundred times stronger."""
    maps = np.zeros((1, 7, 7, 1), np.float32)
    maps[0, 0, 0], maps[0, 6, 6] = -100.0, 1.0
    heat = grad_cam(tf.constant(maps), tf.ones((1, 1))).numpy()
    assert heat.max() == pytest.approx(1.0 / (0.05 * 100))


def test_a_map_with_evidence_has_maximum_one() -> None:
    maps = tf.constant(RNG.random((2, 14, 14, 8)).astype(np.float32))
    assert tf.reduce_max(grad_cam(maps, tf.ones((2, 8))), axis=(1, 2)).numpy() == pytest.approx(1)
