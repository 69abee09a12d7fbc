"""A picture as details of four scales and what is left: a Laplacian pyramid at full size."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

# Standard deviations of the blurs, in pixels; each scale is twice as coarse as the one before.
SCALES = (1, 2, 4, 8)


def split(pictures: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Pictures (batch, rows, columns, 1) as one band for each of SCALES, finest first, and the
    rest; their sum is the picture (Burt and Adelson 1983)."""
    bands = []
    for scale in SCALES:
        smooth = blur(pictures, scale)
        bands.append(pictures - smooth)
        pictures = smooth
    return bands, pictures


def merge(bands: list[tf.Tensor], rest: tf.Tensor) -> tf.Tensor:
    for band in bands:
        rest = rest + band
    return rest


def blur(pictures: tf.Tensor, scale: float) -> tf.Tensor:
    """Gaussian, `scale` pixels of standard deviation, reflecting at the edges."""
    kernel = gaussian(scale)
    reach = len(kernel) // 2
    padding = [[0, 0], [reach, reach], [reach, reach], [0, 0]]
    padded = tf.pad(pictures, padding, "SYMMETRIC")
    down = tf.nn.conv2d(padded, kernel[:, np.newaxis, np.newaxis, np.newaxis], 1, "VALID")
    return tf.nn.conv2d(down, kernel[np.newaxis, :, np.newaxis, np.newaxis], 1, "VALID")


def gaussian(scale: float) -> NDArray[np.float32]:
    """The weights along one axis, out to three standard deviations."""
    reach = int(np.ceil(3 * scale))
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * scale**2))
    return np.asarray(weights / weights.sum(), np.float32)
