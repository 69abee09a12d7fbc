"""Reads PNGs whose samples Pillow changes: it cuts colour and transparency of 16 bits to the upper
8, and misses the transparent value of grey with other than 8 bits.
"""

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from screening.formats.histogram import count_codes, estimate_depth, reduce_to_8_bits

# Bytes of a PNG that hold the bits of a sample and the colour type (PNG 11.2.1), which is 0 for
# grey.
_DEPTH, _COLOUR_TYPE = 24, 25
# Pillow's mode of an image with so many samples in a pixel.
_MODES = {2: "LA", 3: "RGB", 4: "RGBA"}


def is_changed_by_pillow(image: Image.Image, content: bytes) -> bool:
    """Returns whether Pillow's pixels of this PNG differ from those of the file."""
    is_deep, is_grey = content[_DEPTH] == 16, content[_COLOUR_TYPE] == 0
    if is_grey:
        return "transparency" in image.info
    return is_deep


def read_deep_png(content: bytes) -> Image.Image:
    """Returns the image with 8 bits a sample, from the depth that the values have.

    Raises RuntimeError where the file is damaged.
    """
    samples = imagecodecs.png_decode(content)
    if samples.dtype.itemsize > 1:
        samples = _reduce(samples)
    return Image.fromarray(samples, _MODES[samples.shape[2]])


def _reduce(samples: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Reduces colours and opacity apart: a program that writes 12 bits may write either in 16."""
    has_opacity = samples.shape[2] in (2, 4)
    colours = samples[..., : samples.shape[2] - has_opacity]
    parts = [colours, samples[..., -1:]] if has_opacity else [colours]
    depths = (estimate_depth(count_codes(part)) for part in parts)
    reduced = [
        reduce_to_8_bits(part, depth=depth) for part, depth in zip(parts, depths, strict=True)
    ]
    return np.concatenate(reduced, axis=2) if has_opacity else reduced[0]
