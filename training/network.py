"""The whole network as one module: grey pixels in; logit, typicality and attention out."""

import hashlib
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from contracts.endpoint import INPUT_ROWS
from training.head import logit_and_gradient
from training.part import Pictures
from training.recipes import Recipe

# Radiographs at a time: both cores are busy, in under 2 GB.
BATCH = 32


@dataclass(frozen=True)
class Answers:
    """What the network says of a batch; `attention` is 0-1 with maximum 1, or all zero."""

    logit: tf.Tensor
    typicality: tf.Tensor
    attention: tf.Tensor


@dataclass(frozen=True, eq=False)
class Network:
    """Backbone and head together, with the training features' statistics (channels,)."""

    backbone: keras.Model
    head: keras.Model
    feature_mean: NDArray[np.float32]
    feature_std: NDArray[np.float32]

    def __call__(self, pixels: tf.Tensor) -> Answers:
        """Answers for uint8 pixels of shape (batch, 224, 224, 1); logit and typicality (batch,)."""
        maps = self.backbone(shrink(pixels, self.backbone.input_shape[1]), training=False)
        pooled = tf.reduce_mean(maps, axis=(1, 2))
        logit, gradient = logit_and_gradient(self.head, pooled)
        return Answers(
            logit=logit[:, 0],
            typicality=self._typicality(pooled),
            attention=grad_cam(maps, gradient),
        )

    def _typicality(self, pooled: tf.Tensor) -> tf.Tensor:
        """Minus the mean squared z-score: about -1 for a picture like those of training."""
        z_scores = (pooled - self.feature_mean) / self.feature_std
        return -tf.reduce_mean(tf.square(z_scores), axis=1)

    def version(self, recipe: Recipe) -> str:
        """The recipe's name, and eight hex digits of a hash over every weight that answers and
        every number of the recipe: calibration and band follow from those.
        """
        digest = hashlib.sha256(recipe.sha256.encode())
        learnt = [*self.backbone.get_weights(), *self.head.get_weights()]
        for weights in [*learnt, self.feature_mean, self.feature_std]:
            digest.update(np.ascontiguousarray(weights).tobytes())
        return f"{recipe.name}-{digest.hexdigest()[:8]}"


def shrink(pixels: tf.Tensor, side: int) -> tf.Tensor:
    """Grey pixels (batch, 224, 224, 1) to float32 (batch, side, side, 1): means of squares."""
    factor = INPUT_ROWS // side
    grey = tf.cast(pixels, tf.float32)
    return grey if factor == 1 else tf.nn.avg_pool2d(grey, factor, factor, "VALID")


def assemble(model: keras.Model, pictures: Pictures) -> Network:
    """The network of a trained `model`, whose typicality is measured against `pictures`, those of
    its training part (n, side, side, 1).
    """
    backbone = keras.Model(model.input, model.get_layer("pooled").input, name="backbone")
    pooled = keras.Model(model.input, model.get_layer("pooled").output)
    features = pooled.predict(pictures, batch_size=BATCH, verbose=0)
    spread = features.std(axis=0)
    # A feature that is nearly constant in training says little and would dominate the mean.
    floor = np.float32(0.01) * np.median(spread)
    mean = features.mean(axis=0)
    return Network(backbone, model.get_layer("head"), mean, np.maximum(spread, floor))


def grad_cam(maps: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
    """Grad-CAM (Selvaraju et al. 2017), each map divided by its maximum; all zero stays so.

    maps (batch, height, width, channels); gradient (batch, channels) of the logit with respect to
    the maps' averages, which is the same at every cell: global average pooling spreads it evenly.
    """
    weighted = maps * gradient[:, tf.newaxis, tf.newaxis, :]
    heat = tf.nn.relu(tf.reduce_sum(weighted, axis=-1))
    peak = tf.reduce_max(heat, axis=(1, 2), keepdims=True)
    return heat / tf.where(peak > 0, peak, tf.ones_like(peak))
