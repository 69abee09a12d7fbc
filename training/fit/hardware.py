"""The processor or GPU that trains, by its model name."""

import platform
from pathlib import Path

import keras

_CPU_FILE = Path("/proc/cpuinfo")


def read_hardware() -> str:
    """Returns the name of the first GPU, or of the CPU where Keras's backend has no GPU."""
    return _read_gpu() or _read_cpu()


def _read_gpu() -> str | None:
    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        return str(device.device_kind) if device.platform == "gpu" else None
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {}
    return str(details.get("device_name", "GPU")) if gpus else None


def _read_cpu() -> str:
    """Returns the architecture where the system names no model, as on ARM."""
    lines = _CPU_FILE.read_text().splitlines() if _CPU_FILE.is_file() else []
    fields = (line.partition(":") for line in lines)
    names = [value.strip() for name, _, value in fields if name.strip() == "model name"]
    return names[0] if names else platform.processor() or platform.machine()
