"""The network's first layer: removes brightness, contrast and fine detail from every image.

It is part of the network, so training and prediction treat an image alike.
"""

from typing import Any

import keras
import numpy as np

from training.data.laplacian_pyramid import gaussian_kernel

# Mean and standard deviation of ImageNet's pixels on 0-1, over all channels.
_MEAN, _STD = 0.45, 0.22


@keras.saving.register_keras_serializable("training", name="Grey")
class GreyNormalisation(keras.layers.Layer):  # type: ignore[misc]
    """Scales images of 0-255 to ImageNet's mean and standard deviation, after a Gaussian blur.

    `blur_sigma` is the blur's standard deviation in pixels. Released models hold this layer under
    the name Grey, with `smoothing` for `blur_sigma`.
    """

    def __init__(self, *, blur_sigma: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.blur_sigma = blur_sigma

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "smoothing": self.blur_sigma}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "GreyNormalisation":
        sigma = config["smoothing"]
        options = {name: value for name, value in config.items() if name != "smoothing"}
        layer: GreyNormalisation = super().from_config({**options, "blur_sigma": sigma})
        return layer

    def call(self, images: Any) -> Any:
        return _standardise(_blur(images, self.blur_sigma) if self.blur_sigma else images)


def _blur(images: Any, sigma: float) -> Any:
    """Blurs as `training.data.laplacian_pyramid.gaussian_blur`, with operations of any backend."""
    kernel = gaussian_kernel(sigma)
    radius = len(kernel) // 2
    padding = [[0, 0], [radius, radius], [radius, radius], [0, 0]]
    padded = keras.ops.pad(images, padding, mode="symmetric")
    columns = keras.ops.conv(padded, kernel[:, np.newaxis, np.newaxis, np.newaxis], padding="valid")
    return keras.ops.conv(columns, kernel[np.newaxis, :, np.newaxis, np.newaxis], padding="valid")


def _standardise(images: Any) -> Any:
    mean = keras.ops.mean(images, axis=(1, 2, 3), keepdims=True)
    std = keras.ops.std(images, axis=(1, 2, 3), keepdims=True)
    # One grey level is added, so that a blank image stays blank.
    return _MEAN + _STD * (images - mean) / (std + 1.0)
