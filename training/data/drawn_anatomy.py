"""Drawn X-rays of other views and body parts: lateral chest, pelvis, skull, knee or ankle, abdomen.

Each function takes a chest X-ray (224, 224), uint8, the spectrum of whose grain it uses, and
returns an image of the same form. The shapes are added, as an X-ray adds up what lies in its way.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, rotate

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.pixels import to_uint8

Density = NDArray[np.float64]

_ACROSS, _DOWN = np.meshgrid(np.linspace(-1, 1, INPUT_COLUMNS), np.linspace(-1, 1, INPUT_ROWS))


def lateral_chest(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """The chest from the side: one overlapping lung field between spine and sternum."""
    lean = rng.uniform(-0.15, 0.15)
    spine = 0.45 + 0.1 * np.sin(2 * (_DOWN + rng.uniform(-0.5, 0.5))) + lean * _DOWN
    trunk = _ellipse(0, 0.1, rng.uniform(0.75, 0.95), 1.25)
    density = 0.5 * trunk + 0.35 * _ellipse(0, -1.0, 0.6, 0.35)
    lung = _ellipse(-0.02, -0.05, rng.uniform(0.5, 0.62), rng.uniform(0.65, 0.8))
    dome = np.clip((_DOWN - 0.45 - 0.35 * _ACROSS - rng.uniform(-0.1, 0.1)) * 12, 0, 1)
    density -= rng.uniform(0.3, 0.42) * lung * (1 - dome)
    density += rng.uniform(0.1, 0.3) * _ellipse(-0.25, 0.25, 0.28, 0.3)
    for height in np.arange(-1, 1, rng.uniform(0.13, 0.17)):
        vertebra = (np.abs(_ACROSS - spine) < 0.11) & (np.abs(_DOWN - height) < 0.055)
        density += rng.uniform(0.15, 0.3) * vertebra
        rib = np.abs(_DOWN - height - 0.5 * (spine - _ACROSS) * (spine > _ACROSS)) < 0.02
        density += 0.06 * rib * lung
    sternum = np.abs(_ACROSS + rng.uniform(0.58, 0.68) + 0.15 * _DOWN) < 0.03
    density += 0.2 * sternum * (np.abs(_DOWN) < 0.6)
    arm = np.abs(_DOWN + 0.85 + 0.4 * _ACROSS) < rng.uniform(0.08, 0.14)
    density += 0.25 * arm * (rng.random() < 0.7)
    return _develop(density[:, :: int(rng.choice([-1, 1]))], xray, rng, max_angle=8)


def pelvis(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Hip bones, sacrum and the heads of both femurs."""
    density = 0.4 * _ellipse(0, 0.1, 1.15, 1.05)
    wing = rng.uniform(0.48, 0.58)
    for side in (-1, 1):
        density += 0.25 * _ellipse(side * wing, -0.3, 0.33, 0.42, edge=6)
        density += 0.3 * _ring(side * 0.27, 0.5, 0.2, 0.16, rng.uniform(0.05, 0.08))
        density += 0.3 * _ellipse(side * 0.68, 0.25, 0.16, 0.16, edge=12)
        shaft = np.abs(_ACROSS - side * (0.78 + 0.1 * _DOWN)) < 0.1
        density += 0.3 * shaft * (_DOWN > 0.4)
    density += 0.25 * _ellipse(0, -0.35, 0.22, 0.4, edge=6)
    density += 0.2 * (np.abs(_ACROSS) < 0.13) * (_DOWN < -0.5)
    return _develop(density, xray, rng, max_angle=12)


def skull(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A head from the front or the side: a bright rim, dark sinuses, teeth and the neck."""
    density = 0.35 * _ellipse(0, -0.2, rng.uniform(0.6, 0.8), 0.75)
    density += _ring(0, -0.2, rng.uniform(0.62, 0.8), 0.75, 0.06) * 0.4
    for side in (-1, 1):
        density -= 0.2 * _ellipse(side * 0.28, 0.0, 0.18, 0.13, edge=6)
    density += 0.3 * _ellipse(rng.uniform(-0.3, 0.3), 0.35, 0.35, 0.25, edge=6)
    density += 0.25 * (np.abs(_ACROSS - rng.uniform(-0.2, 0.2)) < 0.25) * (_DOWN > 0.5)
    return _develop(density, xray, rng, max_angle=20)


def joint(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A knee, an ankle, an elbow or a shoulder: two or three long bones that meet."""
    density: Density = (np.abs(_ACROSS) < rng.uniform(0.4, 0.8)).astype(np.float64)
    density *= 0.3
    gap = rng.uniform(-0.3, 0.3)
    for first, last in ((-1.2, gap - 0.03), (gap + 0.03, 1.2)):
        for centre in ((0.0,), (-0.2, 0.22))[int(rng.integers(2))]:
            density += _long_bone(centre + rng.uniform(-0.1, 0.1), first, last, gap=gap, rng=rng)
    density += 0.3 * _ellipse(rng.uniform(-0.1, 0.1), gap - 0.2, 0.14, 0.12, edge=8)
    return np.rot90(_develop(density, xray, rng, max_angle=30), int(rng.integers(4)))


def abdomen(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """The belly: lumbar spine, the lowest ribs, the iliac wings and gas in the bowel."""
    density = 0.5 * _ellipse(0, 0, rng.uniform(0.85, 1.1), 1.5)
    for height in np.arange(-1, 0.7, 0.3):
        density += 0.22 * (np.abs(_ACROSS) < 0.14) * (np.abs(_DOWN - height) < 0.11)
        density += 0.15 * (np.abs(_ACROSS) < 0.3) * (np.abs(_DOWN - height) < 0.03)
    for side in (-1, 1):
        density += 0.2 * _ellipse(side * 0.6, 0.95, 0.4, 0.35, edge=6)
        for height in (-1.0, -0.8, -0.6):
            rib = np.abs(_DOWN - height - 0.4 * np.abs(_ACROSS)) < 0.03
            density += 0.08 * rib * (side * _ACROSS > 0.15)
    for _ in range(int(rng.integers(5, 25))):
        x, y = rng.uniform(-0.7, 0.7), rng.uniform(-0.5, 0.8)
        density -= rng.uniform(0.05, 0.3) * _ellipse(x, y, *rng.uniform(0.04, 0.2, 2), edge=6)
    return _develop(density, xray, rng, max_angle=8)


def _long_bone(
    centre: float, first: float, last: float, *, gap: float, rng: np.random.Generator
) -> Density:
    """A shaft with dense walls that widens at the joint."""
    half_width = rng.uniform(0.07, 0.13) * (1 + 0.9 * np.exp(-(((_DOWN - gap) / 0.25) ** 2)))
    distance = np.abs(_ACROSS - centre) / half_width
    inside = (distance < 1) & (first < _DOWN) & (last > _DOWN)
    return np.asarray(inside * (0.2 + 0.25 * (distance > 0.65)))


def _ellipse(x: float, y: float, width: float, height: float, *, edge: float = 3.0) -> Density:
    """1 inside, 0 outside; a larger `edge` is a harder one."""
    radius = np.hypot((_ACROSS - x) / width, (_DOWN - y) / height)
    return np.asarray(np.clip((1 - radius) * edge, 0, 1))


def _ring(x: float, y: float, width: float, height: float, wall: float) -> Density:
    radius = np.hypot((_ACROSS - x) / width, (_DOWN - y) / height)
    return np.asarray(np.abs(radius - 1) < wall / min(width, height))


def _develop(
    density: Density, xray: Pixels, rng: np.random.Generator, *, max_angle: float
) -> Pixels:
    """Scales and turns the drawing, adds the grain of a real film and a random grey scale."""
    angle = rng.uniform(-max_angle, max_angle)
    turned = rotate(density, angle, reshape=False, order=1, mode="nearest")
    zoom = int(rng.integers(0, 40))
    cropped = turned[zoom // 2 : INPUT_ROWS - zoom // 2, zoom // 3 : INPUT_COLUMNS - zoom // 3]
    rows = np.linspace(0, cropped.shape[0] - 1, INPUT_ROWS).round().astype(int)
    columns = np.linspace(0, cropped.shape[1] - 1, INPUT_COLUMNS).round().astype(int)
    smooth = gaussian_filter(cropped[np.ix_(rows, columns)], rng.uniform(0.8, 3.0))
    grain = _random_grain(xray, rng)
    texture = gaussian_filter(rng.normal(size=smooth.shape), rng.uniform(2, 12))
    smooth = smooth + rng.uniform(0, 0.08) * texture / texture.std()
    grey = np.clip(smooth, 0, None) / np.quantile(smooth, 0.99)
    grey = np.clip(grey, 0, 1.1) ** rng.uniform(0.6, 1.5)
    return to_uint8(rng.uniform(0, 30) + rng.uniform(150, 225) * grey + rng.uniform(0.3, 1) * grain)


def _random_grain(xray: Pixels, rng: np.random.Generator) -> Density:
    """Returns the finest details of the X-ray at random places: their spectrum, random phases."""
    film = xray.astype(np.float64)
    amplitude = np.abs(np.fft.rfft2(film - gaussian_filter(film, 3)))
    phase = np.angle(np.fft.rfft2(rng.random(film.shape)))
    return np.asarray(np.fft.irfft2(amplitude * np.exp(1j * phase), s=film.shape))
