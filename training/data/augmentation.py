"""Pictures varied at random as acquisitions vary, so that no acquisition tells the class.

Everything follows from a seed: the same seed gives the same pictures on any run.
"""

import math

import numpy as np
import tensorflow as tf

from screening.radiograph import Pixels
from training.data.laplacian_pyramid import merge, split
from training.recipes import Augmentation

_WHITE = 255.0

# Pictures at a time: some 100 MB.
_BATCH = 64

# The lightest that the ground beside a film is; mostly it is black.
_DARK = 60.0


def augment(pictures: tf.Tensor, augmentation: Augmentation, *, seed: tf.Tensor) -> tf.Tensor:
    """Grey pictures (batch, side, side, 1), float 0-255; `seed` is two whole numbers."""
    draws = _Draws(seed, tf.shape(pictures)[0])
    pictures = _moved(pictures, augmentation, draws)
    pictures = _exposed(pictures, augmentation, draws)
    if augmentation.edges:
        pictures = _edged(pictures, augmentation.edges, draws)
    if augmentation.sharpness:
        pictures = _sharpened(pictures, augmentation.sharpness, draws)
    if augmentation.noise:
        level = draws(0.0, augmentation.noise * _WHITE)
        pictures += level * tf.random.stateless_normal(tf.shape(pictures), draws.seed())
    return tf.clip_by_value(pictures, 0.0, _WHITE)


def augment_pixels(pixels: Pixels, augmentation: Augmentation, *, seed: int) -> Pixels:
    """As other acquisitions would have given them: (n, rows, columns).

    Noise and sharpness are of these pixels: once shrunk to a model's side, they are weaker.
    """
    done = np.empty_like(pixels)
    for start in range(0, len(pixels), _BATCH):
        grey = tf.cast(pixels[start : start + _BATCH, ..., np.newaxis], tf.float32)
        varied = augment(grey, augmentation, seed=tf.constant([seed, start]))
        done[start : start + _BATCH] = np.rint(varied)[..., 0]
    return done


class _Draws:
    """Independent uniform numbers (batch, 1, 1, 1), one for each picture and each call."""

    def __init__(self, seed: tf.Tensor, batch: tf.Tensor) -> None:
        self._seed, self._batch, self._calls = seed, batch, 0

    def seed(self) -> tf.Tensor:
        self._calls += 1
        return tf.random.experimental.stateless_fold_in(self._seed, self._calls)

    def __call__(self, low: float, high: float) -> tf.Tensor:
        shape = tf.stack([self._batch, 1, 1, 1])
        return tf.random.stateless_uniform(shape, self.seed(), low, high)

    def around(self, reach: float) -> tf.Tensor:
        return self(-reach, reach)


def _moved(pictures: tf.Tensor, augmentation: Augmentation, draws: _Draws) -> tf.Tensor:
    """Rotated, shifted, zoomed, stretched and mirrored about the middle in one interpolation.

    What comes in at the edge repeats the edge.
    """
    side = pictures.shape[1]
    angle = draws.around(math.radians(augmentation.rotation))
    zoom = draws(1 - augmentation.zoom_in, 1 + augmentation.zoom_out)
    stretch = tf.exp(draws.around(augmentation.aspect))
    mirror = tf.where(draws(0.0, 1.0) < augmentation.mirror, -1.0, 1.0)
    across, down = zoom * stretch * mirror, zoom / stretch
    middle = (side - 1) / 2
    # Output (x, y) takes input (a x + b y + c, d x + e y + f).
    a, b = tf.cos(angle) * across, -tf.sin(angle) * down
    d, e = tf.sin(angle) * across, tf.cos(angle) * down
    c = middle - (a + b) * middle + side * draws.around(augmentation.shift)
    f = middle - (d + e) * middle + side * draws.around(augmentation.shift)
    zero = tf.zeros_like(a)
    moves = tf.concat([a, b, c, d, e, f, zero, zero], axis=-1)[:, 0, 0, :]
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=pictures,
        transforms=moves,
        output_shape=[side, side],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _exposed(pictures: tf.Tensor, augmentation: Augmentation, draws: _Draws) -> tf.Tensor:
    """Another curve from dose to grey: gamma, contrast about the middle grey, brightness."""
    grey = tf.pow(
        tf.clip_by_value(pictures / _WHITE, 1e-4, 1.0), tf.exp(draws.around(augmentation.gamma))
    )
    grey = 0.5 + (grey - 0.5) * tf.exp(draws.around(augmentation.contrast))
    return _WHITE * tf.clip_by_value(grey + draws.around(augmentation.brightness), 0.0, 1.0)


def _edged(pictures: tf.Tensor, reach: float, draws: _Draws) -> tf.Tensor:
    """Dark bars at half of the edges, as collimators and scanners leave them; most are narrow."""
    side = pictures.shape[1]
    place = tf.range(side, dtype=tf.float32)
    across, down = place[tf.newaxis, tf.newaxis, :, tf.newaxis], place[:, tf.newaxis, tf.newaxis]
    inside = tf.ones_like(pictures)
    for distance in (across, side - 1 - across, down, side - 1 - down):
        width = reach * side * tf.square(tf.maximum(draws.around(1.0), 0.0))
        inside *= tf.cast(distance >= width, tf.float32)
    grey = _DARK * tf.pow(draws(0.0, 1.0), 3.0)
    return inside * pictures + (1 - inside) * grey


def _sharpened(pictures: tf.Tensor, reach: float, draws: _Draws) -> tf.Tensor:
    """Blurred or sharpened: the detail of each scale grows or shrinks, the finest the most."""
    bands, rest = split(pictures)
    common = draws.around(1.0)
    weights = [1.0, 0.7, 0.4, 0.2]
    gains = [reach * (weight * common + draws.around(0.3)) for weight in weights[: len(bands)]]
    return merge([tf.exp(gain) * band for gain, band in zip(gains, bands, strict=True)], rest)
