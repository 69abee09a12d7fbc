"""A Laplacian pyramid at full size (Burt and Adelson 1983): detail of four scales and a rest."""

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

# Standard deviations of the blurs in pixels; each scale is twice as coarse as the one before.
SCALES = (1, 2, 4, 8)


def split_bands(images: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Splits images (batch, rows, columns, 1) into one band per scale, finest first, and a rest.

    The bands and the rest add up to the images.
    """
    bands = []
    for scale in SCALES:
        blurred = gaussian_blur(images, scale)
        bands.append(images - blurred)
        images = blurred
    return bands, images


def merge_bands(bands: list[tf.Tensor], rest: tf.Tensor) -> tf.Tensor:
    """Adds the bands to the rest."""
    for band in bands:
        rest = rest + band
    return rest


def gaussian_blur(images: tf.Tensor, sigma: float) -> tf.Tensor:
    """Blurs with a Gaussian of `sigma` pixels; the image is reflected at its borders."""
    kernel = gaussian_kernel(sigma)
    radius = len(kernel) // 2
    padding = [[0, 0], [radius, radius], [radius, radius], [0, 0]]
    padded = tf.pad(images, padding, "SYMMETRIC")
    columns = tf.nn.conv2d(padded, kernel[:, np.newaxis, np.newaxis, np.newaxis], 1, "VALID")
    return tf.nn.conv2d(columns, kernel[np.newaxis, :, np.newaxis, np.newaxis], 1, "VALID")


def gaussian_kernel(sigma: float) -> NDArray[np.float32]:
    """Returns the weights along one axis, out to three standard deviations."""
    radius = int(np.ceil(3 * sigma))
    weights = np.exp(-(np.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    return np.asarray(weights / weights.sum(), np.float32)
