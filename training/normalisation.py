"""What is taken out of every picture before the network sees it, when trained and when asked."""

from typing import Any

import keras

# Where ImageNet's pictures lie, on 0-1: their mean and spread over all channels.
_MEAN, _SPREAD = 0.45, 0.22


@keras.saving.register_keras_serializable("training")
class Grey(keras.layers.Layer):  # type: ignore[misc]
    """Pictures of 0-255 to ImageNet's mean and spread: brightness and contrast are taken out."""

    def call(self, pictures: Any) -> Any:
        return _standard(pictures)


def _standard(pictures: Any) -> Any:
    mean = keras.ops.mean(pictures, axis=(1, 2, 3), keepdims=True)
    spread = keras.ops.std(pictures, axis=(1, 2, 3), keepdims=True)
    # One grey level of spread: a blank picture stays blank.
    return _MEAN + _SPREAD * (pictures - mean) / (spread + 1.0)
