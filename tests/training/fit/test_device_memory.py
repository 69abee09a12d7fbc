"""A batch that does not fit into memory ends a run with what to do about it, and no traceback."""

import pytest
import tensorflow as tf

from training.fit.device_memory import MemoryExhaustedError, explain_exhausted_memory

EXHAUSTED = (
    tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor with shape[32,112]"),
    RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1073741824 bytes."),
)


@pytest.mark.parametrize("error", EXHAUSTED)
@pytest.mark.parametrize(("batch_size", "smaller"), [(32, 16), (30, 14), (4, 2)])
def test_a_smaller_batch_is_named(error: Exception, batch_size: int, smaller: int) -> None:
    with (
        pytest.raises(MemoryExhaustedError, match=f"--set batch_size={smaller}, "),
        explain_exhausted_memory(batch_size),
    ):
        raise error


def test_real_allocation_that_fails_is_explained() -> None:
    """A tensor of 4 EB, which no machine has."""
    with (
        pytest.raises(MemoryExhaustedError, match="A batch of 32 films does not fit"),
        explain_exhausted_memory(32),
    ):
        tf.zeros((2**30, 2**30))


def test_another_error_stays_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), explain_exhausted_memory(32):
        print(1 / 0)
