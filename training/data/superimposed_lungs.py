"""A lateral view made from a frontal chest X-ray: both lungs over one another, beside the spine."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.pixels import stretch_contrast, to_uint8

_HALF = INPUT_COLUMNS // 2

Grey = NDArray[np.float64]


def superimposed_lungs(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Lays one half of the chest over the other, as an X-ray from the side does.

    The middle of the frontal film becomes the back, with drawn vertebrae. Takes a chest X-ray
    (224, 224), uint8, and returns an image of the same form.
    """
    halves = xray[:, :_HALF], xray[:, ::-1][:, :_HALF]
    share = rng.uniform(0.35, 0.65)
    lungs = share * halves[0] + (1 - share) * _move(halves[1], rng)
    width = int(INPUT_COLUMNS * rng.uniform(0.5, 0.85))
    lungs = np.asarray(Image.fromarray(to_uint8(lungs)).resize((width, INPUT_ROWS)), np.float64)
    canvas = np.full((INPUT_ROWS, INPUT_COLUMNS), rng.uniform(0, 25))
    left = int(rng.integers(0, INPUT_COLUMNS - width + 1))
    canvas[:, left : left + width] = lungs
    _draw_back(canvas, left + width, rng)
    canvas += rng.normal(0, rng.uniform(0, 5), canvas.shape)
    tilted = Image.fromarray(to_uint8(canvas)).rotate(
        rng.uniform(-10, 10), Image.Resampling.BILINEAR
    )
    grey = np.asarray(tilted)[:, :: int(rng.choice([-1, 1]))]
    return stretch_contrast(grey) if rng.random() < 0.5 else np.ascontiguousarray(grey)


def _move(half: Pixels, rng: np.random.Generator) -> Pixels:
    """The farther lung is larger on the film, and a little higher or lower."""
    zoom = rng.uniform(0.0, 0.12)
    box = (zoom * _HALF, zoom * INPUT_ROWS * rng.random(), _HALF, INPUT_ROWS * (1 - zoom / 2))
    return np.asarray(Image.fromarray(half).resize((_HALF, INPUT_ROWS), box=box))


def _draw_back(canvas: Grey, edge: int, rng: np.random.Generator) -> None:
    """Draws a curved row of vertebrae at the column `edge`, and the soft tissue behind it."""
    rows, columns = np.mgrid[:INPUT_ROWS, :INPUT_COLUMNS]
    bend = rng.uniform(-18, 18) * np.sin(np.pi * rows / INPUT_ROWS)
    depth = columns - edge - bend
    tissue = rng.uniform(15, 45)
    behind = np.clip(depth / 6, 0, 1) * np.clip((tissue - depth) / 10, 0, 1)
    canvas[:] = np.where(depth > 0, canvas * (1 - behind) + behind * rng.uniform(60, 140), canvas)
    pitch = rng.uniform(14, 22)
    body = (np.abs(depth + rng.uniform(0, 14)) < rng.uniform(6, 11)) & (rows % pitch < 0.75 * pitch)
    canvas += rng.uniform(15, 50) * body
