"""In which numbers this machine learns fastest; weights are kept in float32 everywhere."""

from pathlib import Path

import keras
import tensorflow as tf

# Linux names what the processor can do here.
_PROCESSOR = Path("/proc/cpuinfo")


def set_fastest_precision() -> str:
    """Set Keras's policy for a run that trains, and return its name.

    GPUs since Ampere (compute capability 8) and processors with AVX-512 BF16 or AMX take bfloat16
    at twice the speed, older GPUs float16. What answers is float32 again.
    """
    policy = _fastest()
    keras.mixed_precision.set_global_policy(policy)
    return policy


def _fastest() -> str:
    for gpu in tf.config.list_physical_devices("GPU"):
        capability = tf.config.experimental.get_device_details(gpu)["compute_capability"]
        return "mixed_bfloat16" if capability >= (8, 0) else "mixed_float16"
    return "mixed_bfloat16" if _has_bfloat16() else "float32"


def _has_bfloat16() -> bool:
    try:
        flags = _PROCESSOR.read_text().partition("\nflags")[2].partition("\n")[0].split()
    except OSError:
        return False
    return not {"avx512_bf16", "amx_bf16"}.isdisjoint(flags)
