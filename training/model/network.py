"""The whole network as one module: grey pixels in; logit, typicality, doubts, attention out."""

import hashlib
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from contracts.endpoint import INPUT_ROWS
from screening.radiograph import Pixels
from training.model.head import logit_and_gradient
from training.model.ood_detector import FeatureMatrix, OodDetector, train_ood_detector
from training.recipe import Recipe

# Radiographs at a time: keeps both cores busy, in under 2 GB.
BATCH = 32

# Share of the strongest evidence below which a saliency map is not scaled up to 1.
MIN_PEAK_SHARE = 0.05


@dataclass(frozen=True)
class NetworkOutputs:
    """The outputs for a batch, named as in `contracts.endpoint.Prediction`.

    `typicality` is the in-distribution score, `doubts` the rejection reasons, `attention` the
    saliency map.
    """

    logit: tf.Tensor
    typicality: tf.Tensor
    doubts: tf.Tensor
    attention: tf.Tensor


@dataclass(frozen=True, eq=False)
class Network:
    """Backbone, head and out-of-distribution detector, for uint8 pixels (batch, 224, 224, 1)."""

    backbone: keras.Model
    head: keras.Model
    ood_detector: OodDetector

    def __call__(self, pixels: tf.Tensor) -> NetworkOutputs:
        """Returns logit and typicality (batch,), doubts (batch, 3), attention (batch, rows, cols).

        Rows and columns of the saliency map are those of the last feature maps.
        """
        maps = _feature_maps(self.backbone, pixels)
        logit, gradient = logit_and_gradient(self.head, tf.reduce_mean(maps[0], axis=(1, 2)))
        typicality, doubts = self.ood_detector(pool_features(maps))
        return NetworkOutputs(
            logit=logit[:, 0],
            typicality=typicality,
            doubts=doubts,
            attention=grad_cam(maps[0], gradient),
        )

    def version(self, recipe: Recipe) -> str:
        """Returns the recipe's name and eight hex digits of a hash over all weights and settings.

        Calibration, band and limit are not hashed: they follow from those on the same data.
        """
        digest = hashlib.sha256(recipe.sha256.encode())
        weights = [*self.backbone.get_weights(), *self.head.get_weights()]
        for array in [*weights, *self.ood_detector.arrays]:
            digest.update(np.ascontiguousarray(array).tobytes())
        return f"{recipe.name}-{digest.hexdigest()[:8]}"


def assemble_network(model: keras.Model, chests: Pixels, *, seed: int) -> Network:
    """Adds to a trained `model` a detector that is trained on the chest X-rays (n, 224, 224)."""
    backbone = model.get_layer("backbone")
    features = tf.function(lambda pixels: pool_features(_feature_maps(backbone, pixels)))

    def extract(pixels: Pixels) -> FeatureMatrix:
        starts = range(0, len(pixels), BATCH)
        batches = (pixels[start : start + BATCH, ..., np.newaxis] for start in starts)
        return np.concatenate([features(tf.constant(batch)).numpy() for batch in batches])

    ood_detector = train_ood_detector(extract, chests, seed=seed)
    return Network(backbone, model.get_layer("head"), ood_detector)


def pool_features(maps: list[tf.Tensor]) -> tf.Tensor:
    """Returns the mean of the positive part of each channel of all maps, (batch, F)."""
    pooled = [tf.reduce_mean(tf.nn.relu(features), axis=(1, 2)) for features in maps]
    return tf.concat(pooled, axis=1)


def downscale(pixels: tf.Tensor, size: int) -> tf.Tensor:
    """Averages blocks: grey pixels (batch, 224, 224, 1) to float32 (batch, size, size, 1)."""
    factor = INPUT_ROWS // size
    grey = tf.cast(pixels, tf.float32)
    return grey if factor == 1 else tf.nn.avg_pool2d(grey, factor, factor, "VALID")


def grad_cam(maps: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
    """Returns Grad-CAM saliency maps (Selvaraju et al. 2017), each divided by its maximum.

    Takes maps (batch, height, width, channels), and the gradient (batch, channels) of the logit by
    the maps' means; it is the same at every cell, because global average pooling spreads it evenly.
    A map without evidence for pneumonia is zero. A map with next to none, compared with the
    strongest evidence either way, stays faint: otherwise rounding errors alone would light it up.
    """
    weighted = maps * gradient[:, tf.newaxis, tf.newaxis, :]
    evidence = tf.reduce_sum(weighted, axis=-1)
    strongest = tf.reduce_max(tf.abs(evidence), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(evidence)
    min_peak = MIN_PEAK_SHARE * strongest
    peak = tf.maximum(tf.reduce_max(heat, axis=(1, 2), keepdims=True), min_peak)
    return heat / tf.where(peak > 0, peak, tf.ones_like(peak))


def _feature_maps(backbone: keras.Model, pixels: tf.Tensor) -> list[tf.Tensor]:
    """Returns the last feature maps, which the head uses, and those of the earlier stages."""
    images = downscale(pixels, backbone.input_shape[1])
    return list(keras.tree.flatten(backbone(images, training=False)))
