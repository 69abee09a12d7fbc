"""A chest X-ray of nobody: what a film would show of ellipsoids of air, soft tissue and bone.

Each pixel is Beer and Lambert's law along one ray, exp(-sum of attenuation x thickness), as in the
mathematical phantoms of dosimetry; the anatomy is drawn by eye and stands for no patient.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Field = NDArray[np.float64]

SIDE = 1024

# Attenuation at about 70 keV, in 1/cm (NIST XCOM: water 0.19, cortical bone about 0.5), and half
# extents in cm on a field 23 cm wide, which shows a child of about three years.
_FIELD_CM = 23.0
_TISSUE, _LUNG, _BONE, _SPINE = 0.19, 0.13, 0.30, 0.14


@dataclass(frozen=True, kw_only=True)
class Ellipsoid:
    """Centre, half extents and tilt in the picture plane; `deep` is the half extent along the ray.
    Units: cm from the middle of the field, y downwards; radians.
    """

    x: float
    y: float
    wide: float
    high: float
    deep: float
    tilt: float = 0.0

    def thickness(self, x: Field, y: Field) -> Field:
        """Centimetres of the ellipsoid along the ray at each pixel."""
        across, down = x - self.x, y - self.y
        u = (across * np.cos(self.tilt) + down * np.sin(self.tilt)) / self.wide
        v = (down * np.cos(self.tilt) - across * np.sin(self.tilt)) / self.high
        depth: Field = 2 * self.deep * np.sqrt(np.maximum(0.0, 1 - u**2 - v**2))
        return depth


# Pairs that show above the diaphragm, and those whose front ends do.
_RIBS, _TRUE_RIBS = 10, 7

_BODY = (
    Ellipsoid(x=0, y=5.0, wide=10.3, high=17.0, deep=6.4),
    Ellipsoid(x=0, y=-11.5, wide=3.3, high=7.0, deep=3.6),
    Ellipsoid(x=-8.6, y=-4.9, wide=7.4, high=3.7, deep=3.6, tilt=-0.5),
    Ellipsoid(x=8.6, y=-4.9, wide=7.4, high=3.7, deep=3.6, tilt=0.5),
)
_LUNGS = (
    Ellipsoid(x=-4.7, y=0.6, wide=3.75, high=8.4, deep=5.0, tilt=0.09),
    Ellipsoid(x=4.8, y=0.6, wide=3.55, high=8.4, deep=5.0, tilt=-0.09),
)
_HEART = (
    Ellipsoid(x=1.3, y=3.6, wide=3.7, high=3.5, deep=3.2, tilt=0.6),
    Ellipsoid(x=0.4, y=-2.6, wide=1.7, high=3.6, deep=2.2),
)
_LIVER = (
    Ellipsoid(x=-4.6, y=11.4, wide=5.6, high=5.2, deep=5.6),
    Ellipsoid(x=4.9, y=12.0, wide=5.2, high=5.2, deep=4.6),
)
_OPACITIES = (
    Ellipsoid(x=-4.8, y=3.6, wide=3.2, high=3.0, deep=3.8),
    Ellipsoid(x=4.6, y=0.4, wide=2.6, high=2.8, deep=2.4),
)


def draw_phantom(*, opacity: bool = False, seed: int = 1) -> NDArray[np.uint8]:
    """1,024 x 1,024 grey, uint8, air black; with `opacity`, patchy shadows in both lungs."""
    generator = np.random.default_rng(seed)
    axis = (np.arange(SIDE) + 0.5) / SIDE * _FIELD_CM - _FIELD_CM / 2
    x, y = np.meshgrid(axis, axis)
    total = _attenuation(x, y, generator, opacity=opacity)
    exposed = np.exp(-total) * 4000
    counted = generator.poisson(exposed * 40) / 40
    shown = -np.log(np.maximum(counted, 1.0) / 4000)
    low, high = np.percentile(shown, [2, 99.7])
    grey = np.clip((shown - low) / (high - low), 0, 1) ** 1.15
    soft = Image.fromarray((grey * 250).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    return np.asarray(_marked(soft))


def _attenuation(x: Field, y: Field, generator: np.random.Generator, *, opacity: bool) -> Field:
    body = _union(_BODY, x, y)
    lungs = _union(_LUNGS, x, y) * (1 - _blur(_union(_LIVER, x, y) > 0.6, 5))
    heart = _union(_HEART, x, y)
    air = np.maximum(0, lungs - 0.8 * heart)
    vessels = _vessels(generator) * (air > 0.5)
    total = _TISSUE * body - _LUNG * air + 0.055 * vessels
    total += _SPINE * _spine(x, y) + _BONE * _bones()
    if opacity:
        patchy = _blur(generator.random((SIDE, SIDE)) > 0.5, 14)
        patchy = (patchy - patchy.min()) / np.ptp(patchy)
        shadow = _blur(_union(_OPACITIES, x, y), 16) * (0.5 + 0.7 * patchy)
        total += 0.13 * shadow * _blur(air > 0.5, 3)
    return total


def _union(parts: tuple[Ellipsoid, ...], x: Field, y: Field) -> Field:
    thickest: Field = np.maximum.reduce([part.thickness(x, y) for part in parts])
    return thickest


def _spine(x: Field, y: Field) -> Field:
    """Vertebral bodies, 1.35 cm apart, with discs between, and the shadow of their arches."""
    column = np.sqrt(np.maximum(0, 1 - (x / 1.0) ** 2)) * 2.0
    discs = _blur(np.abs(np.mod(y, 1.35) - 0.675) > 0.55, 4)
    arches = 0.25 * _blur((np.abs(x) < 0.22) & (np.mod(y + 0.4, 1.35) < 0.8), 5)
    return _blur(column * (0.85 - 0.3 * discs), 3) + arches


def _bones() -> Field:
    """Ribs and clavicles: bright cortex, darker marrow."""
    total = np.zeros((SIDE, SIDE))
    for side in (-1, 1):
        for rib in range(_RIBS):
            total += 0.85 * _bone(_posterior(rib, side), 0.5)
            if rib < _TRUE_RIBS:
                total += 0.55 * _bone(_anterior(rib, side), 0.55)
        total += _bone(_curve((1.0 * side, -6.0), (4.4 * side, -6.6), (7.6 * side, -8.2)), 0.7)
    return np.minimum(total, 1.6)


def _bone(points: list[tuple[float, float]], wide: float) -> Field:
    """A tube: denser at its rims, where the ray runs along the cortex."""
    cortex, marrow = _canvas(), _canvas()
    _stroke(cortex, points, wide)
    _stroke(marrow, points, wide * 0.6)
    return _blur(np.asarray(cortex), 2) / 255 - 0.3 * _blur(np.asarray(marrow), 3) / 255


def _posterior(rib: int, side: int) -> list[tuple[float, float]]:
    """From the spine, outwards and down to the side of the chest."""
    top = -7.0 + 1.35 * rib
    reach = _chest_wall(top + 2.0)
    return _curve((0.9 * side, top), (0.75 * reach * side, top - 0.7), (reach * side, top + 2.2))


def _anterior(rib: int, side: int) -> list[tuple[float, float]]:
    """From the side of the chest, inwards and down, to where cartilage begins."""
    top = -4.8 + 1.35 * rib
    reach, end = _chest_wall(top), 3.0 + 0.25 * rib
    return _curve((reach * side, top), (0.95 * reach * side, top + 1.9), (end * side, top + 2.6))


def _chest_wall(y: float) -> float:
    """Half the width of the rib cage, in cm, at `y`."""
    return float(4.6 + 3.9 * np.sqrt(max(0.0, 1 - ((y - 1.2) / 8.6) ** 2)))


def _curve(
    start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    """A quadratic Bezier curve through 40 points, in cm."""
    steps = np.linspace(0, 1, 40)[:, None]
    a, b, c = (np.asarray(point) for point in (start, bend, end))
    points = (1 - steps) ** 2 * a + 2 * steps * (1 - steps) * b + steps**2 * c
    return [(float(px), float(py)) for px, py in points]


def _vessels(generator: np.random.Generator) -> Field:
    """Branches from each hilum, thinner as they run out."""
    canvas = _canvas()
    for side in (-1, 1):
        for angle in np.linspace(-1.35, 1.35, 13) + generator.normal(0, 0.06, 13):
            reach = generator.uniform(3.0, 5.5)
            far = (side * (2.0 + reach * np.cos(angle)), 0.5 + 1.35 * reach * np.sin(angle))
            bend = (side * (2.4 + 0.4 * reach), 0.5 + 0.55 * reach * np.sin(angle))
            points = _curve((2.0 * side, 0.5), bend, far)
            for wide, share in ((0.34, 0.4), (0.2, 0.7), (0.1, 1.0)):
                _stroke(canvas, points[: max(2, int(len(points) * share))], wide)
    return 3.4 * _blur(np.asarray(canvas) > 0, 3)


def _canvas() -> Image.Image:
    return Image.new("L", (SIDE, SIDE))


def _stroke(canvas: Image.Image, points: list[tuple[float, float]], wide: float) -> None:
    scale = SIDE / _FIELD_CM
    pixels = [((px + _FIELD_CM / 2) * scale, (py + _FIELD_CM / 2) * scale) for px, py in points]
    ImageDraw.Draw(canvas).line(pixels, fill=255, width=round(wide * scale), joint="curve")


def _blur(field: NDArray[np.generic], radius: float) -> Field:
    """Gaussian, in 256 steps between nothing and the greatest value of `field` (none negative)."""
    values = np.asarray(field, dtype=np.float64)
    peak = values.max() or 1.0
    picture = Image.fromarray((values / peak * 255).astype(np.uint8))
    blurred = np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float64)
    return blurred / 255 * peak


def _marked(picture: Image.Image) -> Image.Image:
    """The marker of the patient's right side, and the word that says what this is."""
    draw = ImageDraw.Draw(picture)
    draw.text((44, 40), "R", fill=250, font_size=54)
    draw.text((44, SIDE - 54), "PHANTOM", fill=190, font_size=24)
    return picture
