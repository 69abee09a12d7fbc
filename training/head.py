"""The trained part of the network: pooled features in, the pneumonia logit and its gradient out."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight

from training.checkpoint import Checkpoints, run_of
from training.features import Features
from training.fit import Fit, Weighted
from training.recipes import Recipe

Labels = NDArray[np.int64]


def build_head(channels: int, recipe: Recipe) -> keras.Model:
    """Pooled features (batch, channels) -> logit (batch, 1); the sigmoid comes with calibration."""
    pooled = signal = keras.Input((channels,), name="pooled")
    for units in recipe.head_units:
        regularizer = keras.regularizers.L2(recipe.l2)
        signal = keras.layers.Dense(units, kernel_regularizer=regularizer)(signal)
        signal = keras.layers.BatchNormalization()(signal)
        signal = keras.layers.ReLU()(signal)
        signal = keras.layers.Dropout(recipe.dropout)(signal)
    return keras.Model(pooled, keras.layers.Dense(1, name="logit")(signal), name="head")


def train_head(
    train: tuple[Features, Labels],
    validation: tuple[Features, Labels],
    *,
    recipe: Recipe,
    checkpoints: Path,
) -> keras.Model:
    """The head at its best validation loss, going on from the last of its `checkpoints`.

    Both losses are weighted by class, so the head learns the logit of a half-and-half population.
    The log odds of the training part are added to its last bias afterwards, which is the exact
    correction (Saerens, Latinne and Decaestecker 2002), so that the logit speaks of the prevalence
    it was trained at. Raises CheckpointError.
    """
    features, labels = train
    balance = compute_class_weight("balanced", classes=np.array([0, 1]), y=labels)
    head = build_head(features.shape[1], recipe)
    head.compile(
        optimizer=keras.optimizers.Adam(recipe.learning_rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    Fit(
        head,
        Weighted.of(train, balance),
        Weighted.of(validation, balance),
        recipe=recipe,
        checkpoints=Checkpoints(checkpoints, run=run_of(recipe, [*train, *validation])),
    ).run()
    output = head.get_layer("logit")
    output.bias.assign_add([np.log(balance[0] / balance[1])])
    return head


def logit_and_gradient(head: keras.Model, pooled: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The logit (batch, 1) and its gradient (batch, channels) with respect to the pooled features.

    The backward pass is written out in forward operations, so that it can be exported: through
    each block it is the transposed kernel after the ReLU's gate and batch norm's inference scale.
    """
    dense = [layer for layer in head.layers if isinstance(layer, keras.layers.Dense)]
    norms = [layer for layer in head.layers if isinstance(layer, keras.layers.BatchNormalization)]
    *hidden, output = dense
    signal, gates = pooled, []
    for layer, norm in zip(hidden, norms, strict=True):
        signal = norm(layer(signal), training=False)
        scale = norm.gamma * tf.math.rsqrt(norm.moving_variance + norm.epsilon)
        gates.append(tf.cast(signal > 0, tf.float32) * scale)
        signal = tf.nn.relu(signal)
    gradient = tf.transpose(output.kernel)
    for layer, gate in zip(reversed(hidden), reversed(gates), strict=True):
        gradient = tf.matmul(gradient * gate, layer.kernel, transpose_b=True)
    return output(signal), gradient
