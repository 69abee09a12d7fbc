"""Chooses the numeric precision in which this machine trains fastest.

Weights are float32 everywhere; only the computation is shorter.
"""

from pathlib import Path

import keras
import tensorflow as tf

# On Linux, this file lists the features of the processor.
_PROCESSOR = Path("/proc/cpuinfo")


def set_fastest_precision() -> str:
    """Sets Keras's global policy and returns its name.

    GPUs since Ampere (compute capability 8) and processors with AVX-512 BF16 or AMX compute
    bfloat16 at twice the speed, older GPUs float16. Exported models compute in float32.
    """
    policy = _fastest_policy()
    keras.mixed_precision.set_global_policy(policy)
    return policy


def _fastest_policy() -> str:
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
