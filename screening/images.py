"""Derives images from a radiograph's pixels: the model's input, and the PNGs of the page."""

import io

import numpy as np
from PIL import Image

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels

# Pixels of the longer side. A diagnostic display shows 2,048 rows of a frontal chest X-ray; more
# would only slow the page.
MAX_RENDITION_SIZE = 2048
THUMBNAIL_SIZE = 128


def build_model_input(pixels: Pixels) -> Pixels:
    """Resizes rows x columns of uint8 grey to 224 x 224 uint8 grey, ignoring the aspect ratio.

    Pillow's bilinear filter, as in the training set.
    """
    image = Image.fromarray(pixels)
    if image.size == (INPUT_COLUMNS, INPUT_ROWS):
        return pixels
    resized = image.resize((INPUT_COLUMNS, INPUT_ROWS), Image.Resampling.BILINEAR)
    return np.asarray(resized)


def encode_rendition(pixels: Pixels) -> bytes:
    """Returns a PNG of rows x columns of uint8 grey, at most 2,048 pixels a side."""
    return encode_png(_shrink(Image.fromarray(pixels), MAX_RENDITION_SIZE))


def encode_thumbnail(pixels: Pixels) -> bytes:
    """Returns a PNG of rows x columns of uint8 grey, at most 128 pixels a side."""
    return encode_png(_shrink(Image.fromarray(pixels), THUMBNAIL_SIZE))


def _shrink(image: Image.Image, max_size: int) -> Image.Image:
    """Scales the longer side down to `max_size` pixels; a smaller image stays as it is."""
    if max(image.size) <= max_size:
        return image
    scale = max_size / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)


def encode_png(image: Image.Image) -> bytes:
    """Compresses at level 1: a third of the default level's time for a sixth more bytes.

    Lossless WebP would save a fifth of the bytes and take four times as long or more, 0.3 to 0.4 s
    for a film of some 1,650 x 1,370 pixels; the doctor waits for that.
    """
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()
