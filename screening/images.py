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
# The saliency map has at most 14 x 14 cells; a larger overlay would only show its interpolation.
MAX_OVERLAY_SIZE = 512

# Amber (#ffb000) differs from every grey, also for people with colour blindness.
_OVERLAY_COLOUR = (255, 176, 0)


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
    return _encode_png(_shrink(Image.fromarray(pixels), MAX_RENDITION_SIZE))


def encode_thumbnail(pixels: Pixels) -> bytes:
    """Returns a PNG of rows x columns of uint8 grey, at most 128 pixels a side."""
    return _encode_png(_shrink(Image.fromarray(pixels), THUMBNAIL_SIZE))


def encode_saliency_overlay(
    saliency: tuple[tuple[float, ...], ...], shape: tuple[int, ...]
) -> bytes:
    """Returns a transparent PNG to lay over the rendition of a radiograph of `shape`.

    `shape` is (rows, columns) and gives the aspect ratio. `saliency` is a square map from 0, fully
    transparent, to 1, opaque.
    """
    rows, columns = shape[:2]
    scale = min(1.0, MAX_OVERLAY_SIZE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    cells = Image.fromarray(np.asarray(saliency, dtype=np.float32))
    smooth = np.asarray(cells.resize(size, Image.Resampling.BICUBIC))
    alpha = Image.fromarray((np.clip(smooth, 0, 1) * 255).astype(np.uint8))
    overlay = Image.new("RGB", size, _OVERLAY_COLOUR)
    overlay.putalpha(alpha)
    return _encode_png(overlay)


def _shrink(image: Image.Image, max_size: int) -> Image.Image:
    """Scales the longer side down to `max_size` pixels; a smaller image stays as it is."""
    if max(image.size) <= max_size:
        return image
    scale = max_size / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)


def _encode_png(image: Image.Image) -> bytes:
    """Compresses at level 1: a third of the default level's time for a tenth more bytes."""
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()
