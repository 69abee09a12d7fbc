"""What is made of a radiograph's pixels: the model's input, and what doctors see."""

import io

import numpy as np
from PIL import Image

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels

# A reading-room screen shows 2,048 rows of a frontal chest; more would only slow the page.
MAX_RENDITION_SIDE = 2048
THUMBNAIL_SIDE = 128
# The network looks at 14 x 14 places at most; a map finer would show only its interpolation.
MAX_ATTENTION_SIDE = 512

# Amber (#ffb000), which stays apart from every grey also for colour-blind readers.
_ATTENTION_COLOUR = (255, 176, 0)


def build_model_input(pixels: Pixels) -> Pixels:
    """224 x 224, uint8: squashed, with the aspect lost, by Pillow's bilinear filter, as the
    training set was made.
    """
    picture = Image.fromarray(pixels)
    if picture.size == (INPUT_COLUMNS, INPUT_ROWS):
        return pixels
    squashed = picture.resize((INPUT_COLUMNS, INPUT_ROWS), Image.Resampling.BILINEAR)
    return np.asarray(squashed)


def encode_rendition(pixels: Pixels) -> bytes:
    """A PNG for the page, at most 2,048 pixels a side."""
    return _png(_fit(Image.fromarray(pixels), MAX_RENDITION_SIDE))


def encode_thumbnail(pixels: Pixels) -> bytes:
    """A PNG for lists, at most 128 pixels a side."""
    return _png(_fit(Image.fromarray(pixels), THUMBNAIL_SIDE))


def encode_saliency_overlay(
    attention: tuple[tuple[float, ...], ...], shape: tuple[int, ...]
) -> bytes:
    """A transparent PNG with the aspect of `shape` (rows, columns) to lay over the rendition:
    the more the network looked at a place (0 to 1), the less transparent.
    """
    rows, columns = shape[:2]
    scale = min(1.0, MAX_ATTENTION_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    values = Image.fromarray(np.asarray(attention, dtype=np.float32))
    smooth = np.asarray(values.resize(size, Image.Resampling.BICUBIC))
    alpha = Image.fromarray((np.clip(smooth, 0, 1) * 255).astype(np.uint8))
    overlay = Image.new("RGB", size, _ATTENTION_COLOUR)
    overlay.putalpha(alpha)
    return _png(overlay)


def _fit(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    scale = side / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0)


def _png(picture: Image.Image) -> bytes:
    """Level 1: a third of the default level's time for a tenth more bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG", compress_level=1)
    return buffer.getvalue()
