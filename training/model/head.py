"""The head: pooled features to the pneumonia logit, and the gradient that Grad-CAM needs."""

import keras
import tensorflow as tf

from training.recipe import Recipe


def build_head(channels: int, recipe: Recipe) -> keras.Model:
    """Builds pooled features (batch, channels) to logit (batch, 1).

    There is no sigmoid: calibration applies it.
    """
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
    """Returns the logit (batch, 1) and its gradient (batch or 1, channels) by the features.

    The backward pass is written in forward operations, because LiteRT and TensorFlow Serving export
    no gradient. Through each block it is the transposed kernel, after the ReLU's mask and batch
    norm's scale at inference.
    """
    dense = [layer for layer in head.layers if isinstance(layer, keras.layers.Dense)]
    norms = [layer for layer in head.layers if isinstance(layer, keras.layers.BatchNormalization)]
    *hidden, output = dense
    signal, masks = pooled, []
    for layer, norm in zip(hidden, norms, strict=True):
        signal = norm(layer(signal), training=False)
        scale = norm.gamma * tf.math.rsqrt(norm.moving_variance + norm.epsilon)
        masks.append(tf.cast(signal > 0, tf.float32) * scale)
        signal = tf.nn.relu(signal)
    gradient = tf.transpose(output.kernel)
    for layer, mask in zip(reversed(hidden), reversed(masks), strict=True):
        gradient = tf.matmul(gradient * mask, layer.kernel, transpose_b=True)
    return output(signal), gradient
