"""What happens to radiographs on their way: each corruption at five strengths.

From barely seen (1) to what a radiographer would take again (5).
"""

import io
import zlib
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from screening.radiograph import Pixels

STRENGTHS = range(1, 6)


def blur(pixels: Pixels, strength: int) -> Pixels:
    """A Gaussian of 0.5 to 2.5 pixels of 224: at 3, ribs lose their edges."""
    return _grey(gaussian_filter(pixels.astype(np.float32), 0.5 * strength))


def noise(pixels: Pixels, strength: int) -> Pixels:
    """Gaussian, 5 to 25 of 255 grey levels: an exposure too short."""
    # Of each picture its own, and the same at every look.
    seed = [strength, zlib.crc32(pixels.tobytes())]
    drawn = np.random.default_rng(seed).normal(0, 5 * strength, pixels.shape)
    return _grey(pixels + drawn)


def jpeg(pixels: Pixels, strength: int) -> Pixels:
    """Saved again with quality 50, 40, 30, 20, 10."""
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="JPEG", quality=60 - 10 * strength)
    return np.asarray(Image.open(content))


def contrast(pixels: Pixels, strength: int) -> Pixels:
    """The distance from the mean, times 0.85 to 0.25: a flat window."""
    mean = pixels.mean()
    return _grey(mean + (1 - 0.15 * strength) * (pixels - mean))


def brightness(pixels: Pixels, strength: int) -> Pixels:
    """Brighter by 15 to 75 grey levels at even strengths, darker at odd ones."""
    return _grey(pixels + (-1.0) ** strength * 15 * strength)


def rotation(pixels: Pixels, strength: int) -> Pixels:
    """Turned by 3 to 15 degrees, left at odd strengths, right at even ones."""
    angle = (-1) ** (strength + 1) * 3 * strength
    return np.asarray(Image.fromarray(pixels).rotate(angle, Image.Resampling.BILINEAR))


def crop(pixels: Pixels, strength: int) -> Pixels:
    """2 to 10 % cut off at each side."""
    rows, columns = pixels.shape
    cut = 0.02 * strength
    box = (cut * columns, cut * rows, (1 - cut) * columns, (1 - cut) * rows)
    size = (columns, rows)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR, box=box))


CORRUPTIONS: Mapping[str, Callable[[Pixels, int], Pixels]] = {
    each.__name__: each for each in (blur, noise, jpeg, contrast, brightness, rotation, crop)
}


def _grey(values: np.ndarray) -> Pixels:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
