"""The network's end: averaged features in, the pneumonia logit and its gradient out."""

import keras
import tensorflow as tf

from training.recipes import Recipe


def build_head(channels: int, recipe: Recipe) -> keras.Model:
    """Pooled features (batch, channels) -> logit (batch, 1); the sigmoid comes with calibration."""
    pooled = signal = keras.Input((channels,), name="pooled", dtype="float32")
    for units in recipe.head_units:
        regularizer = keras.regularizers.L2(recipe.l2)
        signal = keras.layers.Dense(units, kernel_regularizer=regularizer, dtype="float32")(signal)
        signal = keras.layers.BatchNormalization(dtype="float32")(signal)
        signal = keras.layers.ReLU(dtype="float32")(signal)
        signal = keras.layers.Dropout(recipe.dropout, dtype="float32")(signal)
    if not recipe.head_units:
        signal = keras.layers.Dropout(recipe.dropout, dtype="float32")(signal)
    logit = keras.layers.Dense(1, name="logit", dtype="float32")(signal)
    return keras.Model(pooled, logit, name="head")


def logit_and_gradient(head: keras.Model, pooled: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The logit (batch, 1) and its gradient (batch or 1, channels) with respect to the features.

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
