"""Augmentation and training step in one graph, whose loss stays on the device that computes it."""

from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.data.batches import BatchRows


class BuiltBatches(Protocol):
    """Makes (images, targets, weights) of a batch's number and rows, by tensors only."""

    def build(self, number: tf.Tensor, rows: tuple[tf.Tensor, ...]) -> tuple[Any, Any, Any]: ...


class CompiledStep:
    """Trains a compiled Keras model on one batch a call, from the batch's rows.

    Only indices go to the device and nothing comes back until somebody reads a loss, so a GPU does
    not wait for the processor. XLA compiles forward and backward pass where there is a GPU; the
    augmentation stays outside, because XLA has no projective transform. Sums have another order
    than in `tf.data`, so losses differ in the last digits from those of a run without it; with XLA,
    dropout draws other random numbers as well.
    """

    def __init__(self, model: keras.Model, batches: BuiltBatches, *, jit_compile: bool) -> None:
        train_step = tf.function(model.train_step, jit_compile=jit_compile, reduce_retracing=True)

        @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
        def run(number: tf.Tensor, rows: tuple[tf.Tensor, ...]) -> tf.Tensor:
            # Else Keras would return the mean loss since the epoch began.
            model.metrics[0].reset_state()
            return train_step(batches.build(number, rows))["loss"]

        self._run = run

    def __call__(self, batch: BatchRows) -> tf.Tensor:
        """Returns the loss, a scalar that is still being computed."""
        number, rows = batch
        return self._run(_constant(np.int64(number)), tuple(map(_constant, rows)))


def has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def _constant(array: "NDArray[Any] | np.int64") -> tf.Tensor:
    return tf.constant(array)
