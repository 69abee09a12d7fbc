"""Draws the line around the region of the strongest evidence, to lay over the radiograph."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from screening.images import encode_png

# Pixels of the longer side, whatever the film's: the line is as wide on a small film as on a large
# one.
OVERLAY_SIZE = 1024
# The network divides a map by its maximum, unless there is next to no evidence
# (`training.model.network`). Such a faint map shows no region.
MIN_PEAK = 0.5
# Amber (#ffb000) differs from every grey, also for people with colour blindness. The dark edge
# makes it visible on white lung; the line itself is visible on black air.
_LINE_COLOUR, _EDGE_COLOUR = (255, 176, 0), (16, 16, 16)
# Pixels from the border of the region to the end of the line, and to the end of its edge.
_LINE_RADIUS, _EDGE_RADIUS = 2.0, 4.5
_BLUR_RADIUS = 5.0


def encode_saliency_overlay(
    saliency: tuple[tuple[float, ...], ...], shape: tuple[int, ...]
) -> bytes:
    """Returns a transparent PNG with the contour of the cells above half of the map's maximum.

    `shape` is the radiograph's (rows, columns) and gives the aspect ratio. `saliency` is a square
    map from 0 to 1. Where it is empty, faint or flat, the overlay is empty.
    """
    rows, columns = shape[:2]
    scale = OVERLAY_SIZE / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    cells = np.asarray(saliency, dtype=np.float32)
    level = cells.max() / 2
    if cells.max() < MIN_PEAK or cells.min() >= level:
        return encode_png(Image.new("RGBA", size))
    smooth = Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC)
    return encode_png(_draw_contour(np.asarray(smooth) > level))


def _draw_contour(region: NDArray[np.bool_]) -> Image.Image:
    """Returns an image of the line around a region, which is closed at the film's border.

    Each grey of the blurred region is a distance to the border, so it is the index of a colour.
    """
    margin = round(4 * _BLUR_RADIUS)
    mask = ImageOps.expand(Image.fromarray(np.uint8(255) * region), border=margin)
    blurred = ImageOps.crop(mask.filter(ImageFilter.GaussianBlur(_BLUR_RADIUS)), border=margin)
    blurred.putpalette(_palette().tobytes(), "RGBA")
    return blurred


def _palette() -> NDArray[np.uint8]:
    """Returns the colour and the opacity, 256 x 4, of each grey of a blurred region.

    Across a border, the grey is the normal distribution's integral; near the middle that is a
    straight line with the slope 1 / (blur radius sqrt(2 pi)). Parts of pixels are covered in part,
    so that the line has no steps.
    """
    contrast = np.abs(np.arange(256) / 255 - 0.5)
    distance = contrast[:, np.newaxis] * _BLUR_RADIUS * np.sqrt(2 * np.pi)
    line = np.clip(_LINE_RADIUS + 0.5 - distance, 0, 1)
    stroke = np.clip(_EDGE_RADIUS + 0.5 - distance, 0, 1)
    colours = line * _LINE_COLOUR + (1 - line) * _EDGE_COLOUR
    return np.concatenate([colours, 255 * stroke], axis=1).round().astype(np.uint8)
