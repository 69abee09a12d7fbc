"""Corruptions that radiographs meet on their way to the model, each at five strengths.

Strength 1 is barely visible; at strength 5 a radiographer would repeat the radiograph.
"""

import io
import zlib
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from screening.radiograph import Pixels
from training.data.pixels import to_uint8

STRENGTHS = range(1, 6)


def blur(pixels: Pixels, strength: int) -> Pixels:
    """Gaussian of 0.5 to 2.5 pixels of 224: at 3, ribs lose their edges."""
    return to_uint8(gaussian_filter(pixels.astype(np.float32), 0.5 * strength))


def noise(pixels: Pixels, strength: int) -> Pixels:
    """Gaussian noise of 5 to 25 of 255 grey levels, as from too short an exposure."""
    # Every image has its own noise, and the same noise in every evaluation.
    seed = [strength, zlib.crc32(pixels.tobytes())]
    grey_noise = np.random.default_rng(seed).normal(0, 5 * strength, pixels.shape)
    return to_uint8(pixels + grey_noise)


def jpeg(pixels: Pixels, strength: int) -> Pixels:
    """Saved again with quality 50, 40, 30, 20 or 10."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="JPEG", quality=60 - 10 * strength)
    return np.asarray(Image.open(buffer))


def contrast(pixels: Pixels, strength: int) -> Pixels:
    """Distances from the mean times 0.85 to 0.25, as in a flat window."""
    mean = pixels.mean()
    return to_uint8(mean + (1 - 0.15 * strength) * (pixels - mean))


def brightness(pixels: Pixels, strength: int) -> Pixels:
    """Brighter by 15 to 75 grey levels at even strengths, darker at odd ones."""
    return to_uint8(pixels + (-1.0) ** strength * 15 * strength)


def rotation(pixels: Pixels, strength: int) -> Pixels:
    """Rotated by 3 to 15 degrees, to the left at odd strengths, to the right at even ones."""
    angle = (-1) ** (strength + 1) * 3 * strength
    return np.asarray(Image.fromarray(pixels).rotate(angle, Image.Resampling.BILINEAR))


def crop(pixels: Pixels, strength: int) -> Pixels:
    """2 to 10 % cropped at each side."""
    rows, columns = pixels.shape
    cut = 0.02 * strength
    box = (cut * columns, cut * rows, (1 - cut) * columns, (1 - cut) * rows)
    size = (columns, rows)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, box=box))


CORRUPTIONS: Mapping[str, Callable[[Pixels, int], Pixels]] = {
    corrupt.__name__: corrupt
    for corrupt in (blur, noise, jpeg, contrast, brightness, rotation, crop)
}
