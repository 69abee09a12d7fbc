"""Chest X-rays altered until they are no upright frontal chest X-ray any more.

Each function takes a chest X-ray (224, 224), uint8, and returns an image of the same form.
"""

import numpy as np
from PIL import Image

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.pixels import stretch_contrast, to_uint8

_SIZE = (INPUT_COLUMNS, INPUT_ROWS)


def rotated(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Lying on a side, or head down."""
    return np.rot90(xray, int(rng.integers(1, 4)))


def upside_down(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Flipped vertically."""
    return xray[::-1]


def inverted(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Bone black and air white."""
    return 255 - xray


def blank(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """One grey or a gradient, with the noise of a detector."""
    across, down = np.meshgrid(np.linspace(-1, 1, _SIZE[0]), np.linspace(-1, 1, _SIZE[1]))
    slope = rng.uniform(-60, 60, 2) * rng.integers(0, 2)
    noise = rng.normal(0, rng.uniform(0, 6), xray.shape)
    return to_uint8(rng.uniform(0, 255) + slope[0] * across + slope[1] * down + noise)


def noisy(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """So much noise that nothing can be recognised."""
    noise = rng.normal(rng.uniform(40, 160), rng.uniform(60, 120), xray.shape)
    return to_uint8(0.3 * xray + noise)


def badly_exposed(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """So dark or so bright that most of the image is black or white."""
    black = np.quantile(xray, rng.uniform(0.8, 0.95))
    white = np.quantile(xray, rng.uniform(0.05, 0.2)) + 1.0
    dark = (xray - black) * 255 / max(255 - black, 1.0)
    return to_uint8(dark if rng.random() < 0.5 else xray * 255.0 / white)


def enlarged_detail(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A square of a sixth to a third of the width, enlarged."""
    size = int(_SIZE[0] * rng.uniform(0.16, 0.33))
    left, top = (int(corner) for corner in rng.integers(0, _SIZE[0] - size, 2))
    detail = Image.fromarray(xray).crop((left, top, left + size, top + size))
    return np.asarray(detail.resize(_SIZE, Image.Resampling.BICUBIC))


def one_lung(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """One lung and its shoulder, as in X-rays of a shoulder or of ribs."""
    width = int(_SIZE[0] * rng.uniform(0.4, 0.52))
    left = 0 if rng.random() < 0.5 else _SIZE[0] - width
    top = int(rng.integers(0, _SIZE[1] // 4))
    lung = Image.fromarray(xray).crop((left, top, left + width, top + int(1.3 * width)))
    return np.asarray(lung.resize(_SIZE, Image.Resampling.BICUBIC))


def shuffled(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """The same tissue in another order: 4 to 49 squares, some of them rotated."""
    count = int(rng.integers(2, 8))
    size = _SIZE[0] // count
    squares = [
        xray[row * size : (row + 1) * size, column * size : (column + 1) * size]
        for row in range(count)
        for column in range(count)
    ]
    squares = [np.rot90(squares[i], int(rng.integers(4))) for i in rng.permutation(len(squares))]
    rows = [np.hstack(squares[row * count : (row + 1) * count]) for row in range(count)]
    return np.asarray(Image.fromarray(np.vstack(rows)).resize(_SIZE))


def random_phases(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """The X-ray's own spectrum with random phases: its softness without its shapes."""
    amplitude = np.abs(np.fft.rfft2(xray))
    phase = np.angle(np.fft.rfft2(rng.random(xray.shape)))
    return stretch_contrast(np.fft.irfft2(amplitude * np.exp(1j * phase), s=xray.shape))
