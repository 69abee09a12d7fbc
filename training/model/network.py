"""The whole network as one module: grey pixels in; logit, typicality, doubts, attention out."""

import hashlib
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from contracts.endpoint import INPUT_ROWS
from screening.radiograph import Pixels
from training.model.head import logit_and_gradient
from training.model.ood_detector import Matrix, OodDetector, train_ood_detector
from training.recipes import Recipe

# Radiographs at a time: both cores are busy, in under 2 GB.
BATCH = 32

# Of the strongest evidence: what weighs less is drawn in proportion, and not up to the full colour.
FAINT = 0.05


@dataclass(frozen=True)
class NetworkOutputs:
    """What the network says of a batch, as contracts.endpoint.Prediction says of one."""

    logit: tf.Tensor
    typicality: tf.Tensor
    doubts: tf.Tensor
    attention: tf.Tensor


@dataclass(frozen=True, eq=False)
class Network:
    """Backbone, head and gate together: for pixels, uint8 of shape (batch, 224, 224, 1)."""

    backbone: keras.Model
    head: keras.Model
    gate: OodDetector

    def __call__(self, pixels: tf.Tensor) -> NetworkOutputs:
        """Logit and typicality (batch,), doubts (batch, 3), attention (batch, size, size)."""
        maps = _maps(self.backbone, pixels)
        logit, gradient = logit_and_gradient(self.head, tf.reduce_mean(maps[0], axis=(1, 2)))
        typicality, doubts = self.gate(pool_features(maps))
        return NetworkOutputs(
            logit=logit[:, 0],
            typicality=typicality,
            doubts=doubts,
            attention=grad_cam(maps[0], gradient),
        )

    def version(self, recipe: Recipe) -> str:
        """The recipe's name, and eight hex digits of a hash over every weight that answers and
        every number of the recipe. Calibration, band and limit follow from those on the same
        data, by the same code.
        """
        digest = hashlib.sha256(recipe.sha256.encode())
        learnt = [*self.backbone.get_weights(), *self.head.get_weights()]
        for weights in [*learnt, *self.gate.arrays]:
            digest.update(np.ascontiguousarray(weights).tobytes())
        return f"{recipe.name}-{digest.hexdigest()[:8]}"


def assemble_network(model: keras.Model, chests: Pixels, *, seed: int) -> Network:
    """The network of a trained `model`, with a gate learnt from `chests` (n, 224, 224)."""
    backbone = model.get_layer("backbone")
    features = tf.function(lambda pixels: pool_features(_maps(backbone, pixels)))

    def features_of(pixels: Pixels) -> Matrix:
        starts = range(0, len(pixels), BATCH)
        batches = (pixels[start : start + BATCH, ..., np.newaxis] for start in starts)
        return np.concatenate([features(tf.constant(batch)).numpy() for batch in batches])

    gate = train_ood_detector(features_of, chests, seed=seed)
    return Network(backbone, model.get_layer("head"), gate)


def pool_features(maps: list[tf.Tensor]) -> tf.Tensor:
    """What the gate sees: the averages of all channels of all maps, none negative (batch, F)."""
    return tf.concat([tf.reduce_mean(tf.nn.relu(each), axis=(1, 2)) for each in maps], axis=1)


def _maps(backbone: keras.Model, pixels: tf.Tensor) -> list[tf.Tensor]:
    """The features that the head sees, and those of the stages before."""
    shrunk = shrink(pixels, backbone.input_shape[1])
    return list(keras.tree.flatten(backbone(shrunk, training=False)))


def shrink(pixels: tf.Tensor, side: int) -> tf.Tensor:
    """Grey pixels (batch, 224, 224, 1) to float32 (batch, side, side, 1): means of squares."""
    factor = INPUT_ROWS // side
    grey = tf.cast(pixels, tf.float32)
    return grey if factor == 1 else tf.nn.avg_pool2d(grey, factor, factor, "VALID")


def grad_cam(maps: tf.Tensor, gradient: tf.Tensor) -> tf.Tensor:
    """Grad-CAM (Selvaraju et al. 2017), each map divided by its maximum.

    Where nothing speaks for pneumonia a map is zero, and where next to nothing does, as measured
    by the strongest evidence either way, it is faint: else rounding alone would light it up.

    maps (batch, height, width, channels); gradient (batch, channels) of the logit with respect to
    the maps' averages, which is the same at every cell: global average pooling spreads it evenly.
    """
    weighted = maps * gradient[:, tf.newaxis, tf.newaxis, :]
    evidence = tf.reduce_sum(weighted, axis=-1)
    strongest = tf.reduce_max(tf.abs(evidence), axis=(1, 2), keepdims=True)
    heat = tf.nn.relu(evidence)
    peak = tf.maximum(tf.reduce_max(heat, axis=(1, 2), keepdims=True), FAINT * strongest)
    return heat / tf.where(peak > 0, peak, tf.ones_like(peak))
