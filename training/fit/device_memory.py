"""Says in plain words that a batch does not fit into the memory of the device."""

from collections.abc import Iterator
from contextlib import contextmanager

import tensorflow as tf

from training.errors import TrainingError


class MemoryExhaustedError(TrainingError):
    """A step needs more memory than the GPU, or the machine, has."""


@contextmanager
def explain_exhausted_memory(batch_size: int) -> Iterator[None]:
    """Raises MemoryExhaustedError where TensorFlow or JAX reports that memory is exhausted."""
    try:
        yield
    except (tf.errors.ResourceExhaustedError, RuntimeError) as error:
        # JAX raises a RuntimeError; XLA's status is the first word of its message.
        is_exhausted = isinstance(error, tf.errors.ResourceExhaustedError)
        if not (is_exhausted or str(error).startswith("RESOURCE_EXHAUSTED")):
            raise
        smaller = max(2, batch_size // 4 * 2)
        raise MemoryExhaustedError(
            f"A batch of {batch_size} films does not fit into the memory of the device. Take an "
            f"instance with more memory, or --set batch_size={smaller}, which is another recipe."
        ) from error
