"""What is taken out of every picture before the network sees it, when trained and when asked."""

from typing import Any

import keras
import numpy as np

from training.data.laplacian_pyramid import gaussian

# Where ImageNet's pictures lie, on 0-1: their mean and spread over all channels.
_MEAN, _SPREAD = 0.45, 0.22


@keras.saving.register_keras_serializable("training", name="Grey")
class GreyNormalisation(keras.layers.Layer):  # type: ignore[misc]
    """Pictures of 0-255 to ImageNet's mean and spread: brightness and contrast are taken out, and
    what is finer than `smoothing`, the standard deviation of a Gaussian in pixels."""

    def __init__(self, *, smoothing: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.smoothing = smoothing

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "smoothing": self.smoothing}

    def call(self, pictures: Any) -> Any:
        return _standard(_smooth(pictures, self.smoothing) if self.smoothing else pictures)


def _smooth(pictures: Any, scale: float) -> Any:
    """As training.data.laplacian_pyramid.blur, in operations that every backend has."""
    kernel = gaussian(scale)
    reach = len(kernel) // 2
    padding = [[0, 0], [reach, reach], [reach, reach], [0, 0]]
    padded = keras.ops.pad(pictures, padding, mode="symmetric")
    down = keras.ops.conv(padded, kernel[:, np.newaxis, np.newaxis, np.newaxis], padding="valid")
    return keras.ops.conv(down, kernel[np.newaxis, :, np.newaxis, np.newaxis], padding="valid")


def _standard(pictures: Any) -> Any:
    mean = keras.ops.mean(pictures, axis=(1, 2, 3), keepdims=True)
    spread = keras.ops.std(pictures, axis=(1, 2, 3), keepdims=True)
    # One grey level of spread: a blank picture stays blank.
    return _MEAN + _SPREAD * (pictures - mean) / (spread + 1.0)
