"""Random changes of training images, as wide as acquisitions differ.

With them, the way an image was acquired no longer predicts its class. All random numbers follow
from a seed: the same seed gives the same images in any run.
"""

import math

import numpy as np
import tensorflow as tf

from screening.radiograph import Pixels
from training.data.laplacian_pyramid import merge_bands, split_bands
from training.recipe import Augmentation

_WHITE = 255.0

# Images at a time: some 100 MB.
_BATCH = 64

# The lightest grey of the ground beside a radiograph; usually it is black.
_LIGHTEST_BORDER = 60.0


def augment(images: tf.Tensor, augmentation: Augmentation, *, seed: tf.Tensor) -> tf.Tensor:
    """Augments grey images (batch, size, size, 1), float 0-255; `seed` is two whole numbers."""
    draws = _Draws(seed, tf.shape(images)[0])
    return _change_appearance(_transform(images, augmentation, draws), augmentation, draws)


def transform(planes: tf.Tensor, augmentation: Augmentation, *, seed: tf.Tensor) -> tf.Tensor:
    """Moves the planes (batch, size, size, n) of each image alike; their grey stays."""
    return _transform(planes, augmentation, _Draws(seed, tf.shape(planes)[0]))


def change_appearance(
    images: tf.Tensor, augmentation: Augmentation, *, seed: tf.Tensor
) -> tf.Tensor:
    """Changes the grey of images (batch, size, size, 1), without moving anything."""
    return _change_appearance(images, augmentation, _Draws(seed, tf.shape(images)[0]))


def _change_appearance(images: tf.Tensor, augmentation: Augmentation, draws: "_Draws") -> tf.Tensor:
    images = _change_exposure(images, augmentation, draws)
    if augmentation.border_occlusion:
        images = _occlude_borders(images, augmentation.border_occlusion, draws)
    if augmentation.sharpness:
        images = _change_sharpness(images, augmentation.sharpness, draws)
    if augmentation.noise:
        level = draws(0.0, augmentation.noise * _WHITE)
        images += level * tf.random.stateless_normal(tf.shape(images), draws.seed())
    return tf.clip_by_value(images, 0.0, _WHITE)


def augment_pixels(pixels: Pixels, augmentation: Augmentation, *, seed: int) -> Pixels:
    """Augments (n, rows, columns) at full size, as other acquisitions might have given them.

    Noise and sharpness apply to these pixels and become weaker when the images are downscaled.
    """
    augmented = np.empty_like(pixels)
    for start in range(0, len(pixels), _BATCH):
        grey = tf.cast(pixels[start : start + _BATCH, ..., np.newaxis], tf.float32)
        batch = augment(grey, augmentation, seed=tf.constant([seed, start]))
        augmented[start : start + _BATCH] = np.rint(batch)[..., 0]
    return augmented


class _Draws:
    """Independent uniform numbers (batch, 1, 1, 1): one for each image and each call."""

    def __init__(self, seed: tf.Tensor, batch: tf.Tensor) -> None:
        self._seed, self._batch, self._calls = seed, batch, 0

    def seed(self) -> tf.Tensor:
        self._calls += 1
        return tf.random.experimental.stateless_fold_in(self._seed, self._calls)

    def __call__(self, low: float, high: float) -> tf.Tensor:
        shape = tf.stack([self._batch, 1, 1, 1])
        return tf.random.stateless_uniform(shape, self.seed(), low, high)

    def symmetric(self, limit: float) -> tf.Tensor:
        return self(-limit, limit)


def _transform(images: tf.Tensor, augmentation: Augmentation, draws: _Draws) -> tf.Tensor:
    """Rotates, shifts, zooms, stretches and flips about the centre in one interpolation.

    Pixels from outside the image repeat its border.
    """
    size = images.shape[1]
    angle = draws.symmetric(math.radians(augmentation.rotation))
    zoom = draws(1 - augmentation.zoom_in, 1 + augmentation.zoom_out)
    stretch = tf.exp(draws.symmetric(augmentation.aspect))
    flip = tf.where(draws(0.0, 1.0) < augmentation.horizontal_flip, -1.0, 1.0)
    zoom_down = zoom
    if augmentation.zoom_per_axis:
        zoom_down = draws(1 - augmentation.zoom_in, 1 + augmentation.zoom_out)
    across, down = zoom * stretch * flip, zoom_down / stretch
    centre = (size - 1) / 2
    # Output (x, y) takes input (a x + b y + c, d x + e y + f).
    a, b = tf.cos(angle) * across, -tf.sin(angle) * down
    d, e = tf.sin(angle) * across, tf.cos(angle) * down
    c = centre - (a + b) * centre + size * draws.symmetric(augmentation.shift)
    f = centre - (d + e) * centre + size * draws.symmetric(augmentation.shift)
    zero = tf.zeros_like(a)
    transforms = tf.concat([a, b, c, d, e, f, zero, zero], axis=-1)[:, 0, 0, :]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=[size, size],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _change_exposure(images: tf.Tensor, augmentation: Augmentation, draws: _Draws) -> tf.Tensor:
    """Changes the curve from dose to grey: gamma, contrast about the middle grey, brightness."""
    grey = tf.pow(
        tf.clip_by_value(images / _WHITE, 1e-4, 1.0), tf.exp(draws.symmetric(augmentation.gamma))
    )
    grey = 0.5 + (grey - 0.5) * tf.exp(draws.symmetric(augmentation.contrast))
    return _WHITE * tf.clip_by_value(grey + draws.symmetric(augmentation.brightness), 0.0, 1.0)


def _occlude_borders(images: tf.Tensor, share: float, draws: _Draws) -> tf.Tensor:
    """Darkens half of the borders as collimators and scanners do; most bars are narrow."""
    size = images.shape[1]
    position = tf.range(size, dtype=tf.float32)
    across = position[tf.newaxis, tf.newaxis, :, tf.newaxis]
    down = position[:, tf.newaxis, tf.newaxis]
    inside = tf.ones_like(images)
    for distance in (across, size - 1 - across, down, size - 1 - down):
        width = share * size * tf.square(tf.maximum(draws.symmetric(1.0), 0.0))
        inside *= tf.cast(distance >= width, tf.float32)
    grey = _LIGHTEST_BORDER * tf.pow(draws(0.0, 1.0), 3.0)
    return inside * images + (1 - inside) * grey


def _change_sharpness(images: tf.Tensor, strength: float, draws: _Draws) -> tf.Tensor:
    """Blurs or sharpens: the detail of each scale shrinks or grows, the finest the most."""
    bands, rest = split_bands(images)
    common = draws.symmetric(1.0)
    weights = [1.0, 0.7, 0.4, 0.2]
    gains = [
        strength * (weight * common + draws.symmetric(0.3)) for weight in weights[: len(bands)]
    ]
    return merge_bands([tf.exp(gain) * band for gain, band in zip(gains, bands, strict=True)], rest)
