"""A synthetic chest X-ray, computed from ellipsoids of air, soft tissue and bone.

Each pixel follows the Beer-Lambert law along one ray, exp(-sum of attenuation x thickness), as in
the mathematical phantoms of dosimetry. The anatomy is drawn by eye and stands for no patient. Its
proportions and greys were varied until the released model took the film for a child's, healthy
without the opacity: a phantom shows that the system works, and nothing about the model.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Grid = NDArray[np.float64]

# A film has 0.8 MB; the canary draws a new one each time.
_LATEST_FILMS = 16
# Of the canvas on which the anatomy is drawn, in pixels.
_SIZE = 1024
# Rows of the canvas that are on the film: the film of a small child is wider than it is high.
_FILM = slice(160, 928)

# A field of 23 cm shows the chest of a child of about three years.
_FIELD_CM = 23.0
# Attenuation in 1/cm. Soft tissue is that of water at about 70 keV (NIST XCOM: 0.19); bone is less
# than cortical bone (about 0.5), since most of one is marrow. Lung and spine are differences to
# soft tissue, and are fitted as the module says.
_TISSUE, _LUNG, _BONE, _SPINE = 0.19, 0.11, 0.30, 0.02


@dataclass(frozen=True, kw_only=True)
class Ellipsoid:
    """One part of the body; `half_depth` is its half extent along the ray, `tilt` is in the image
    plane.

    Units: cm from the middle of the field, y downwards; radians.
    """

    x: float
    y: float
    half_width: float
    half_height: float
    half_depth: float
    tilt: float = 0.0

    def thickness(self, x: Grid, y: Grid) -> Grid:
        """Returns the length of the ray inside the ellipsoid at each pixel, in cm."""
        across, down = x - self.x, y - self.y
        u = (across * np.cos(self.tilt) + down * np.sin(self.tilt)) / self.half_width
        v = (down * np.cos(self.tilt) - across * np.sin(self.tilt)) / self.half_height
        depth: Grid = 2 * self.half_depth * np.sqrt(np.maximum(0.0, 1 - u**2 - v**2))
        return depth


# Pairs of ribs that show above the diaphragm, and pairs whose front ends do.
_RIBS, _TRUE_RIBS = 10, 7
_RIB_SPACING_CM = 1.6
# In pixels, more than the width of the filter that blurs a bone.
_BLUR_REACH = 16

_BODY = (
    Ellipsoid(x=0, y=5.0, half_width=10.6, half_height=17.0, half_depth=6.4),
    Ellipsoid(x=0, y=-11.5, half_width=3.3, half_height=7.0, half_depth=3.6),
    Ellipsoid(x=-5.8, y=-8.1, half_width=4.8, half_height=3.4, half_depth=3.4, tilt=-0.2),
    Ellipsoid(x=5.8, y=-8.1, half_width=4.8, half_height=3.4, half_depth=3.4, tilt=0.2),
)
_LUNGS = (
    Ellipsoid(x=-4.55, y=1.15, half_width=4.2, half_height=8.2, half_depth=5.0, tilt=0.07),
    Ellipsoid(x=4.65, y=1.15, half_width=4.0, half_height=8.2, half_depth=5.0, tilt=-0.07),
)
_HEART = (
    Ellipsoid(x=0.2, y=1.25, half_width=4.0, half_height=3.5, half_depth=3.3, tilt=0.6),
    Ellipsoid(x=0.3, y=-2.8, half_width=2.0, half_height=3.8, half_depth=2.4),
)
_LIVER = (
    Ellipsoid(x=-4.6, y=9.5, half_width=6.2, half_height=5.2, half_depth=5.6),
    Ellipsoid(x=4.9, y=10.2, half_width=5.8, half_height=5.2, half_depth=4.6),
)
_OPACITIES = (
    Ellipsoid(x=-5.0, y=1.0, half_width=2.4, half_height=3.2, half_depth=3.8),
    Ellipsoid(x=5.0, y=-0.6, half_width=2.0, half_height=2.6, half_depth=2.6),
)


@lru_cache(_LATEST_FILMS)
def draw_phantom(*, opacity: bool = False, seed: int = 1) -> NDArray[np.uint8]:
    """Returns 768 x 1,024 uint8 grey, 0 black (air); `opacity` adds patchy shadows to both lungs.

    The same `seed` gives the same image, which is read-only: it decides the noise, the vessels and
    the shadows.
    """
    generator = np.random.default_rng(seed)
    axis = (np.arange(_SIZE) + 0.5) / _SIZE * _FIELD_CM - _FIELD_CM / 2
    x, y = np.meshgrid(axis, axis)
    total = _attenuation(x, y, generator, opacity=opacity)
    exposure = np.exp(-total) * 4000
    counts = generator.poisson(exposure * 40) / 40
    density = -np.log(np.maximum(counts, 1.0) / 4000)
    low, high = np.percentile(density, [2, 99.7])
    grey = np.clip((density - low) / (high - low), 0, 1) ** 2.7
    soft = Image.fromarray((grey[_FILM] * 250).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(0.8)
    )
    grey_levels = np.array(_add_markers(soft))
    grey_levels.setflags(write=False)
    return grey_levels


def _attenuation(x: Grid, y: Grid, generator: np.random.Generator, *, opacity: bool) -> Grid:
    """Returns attenuation x thickness, summed along the ray at each pixel (no unit)."""
    body = _union(_BODY, x, y)
    lungs = _union(_LUNGS, x, y) * (1 - _blur(_union(_LIVER, x, y) > 0.6, 5))
    heart = _union(_HEART, x, y)
    air = np.maximum(0, lungs - 0.88 * heart)
    vessels = _vessels(generator) * (air > 0.5)
    total = _TISSUE * body - _LUNG * air + 0.012 * vessels
    total += _SPINE * _spine(x, y) + _BONE * _bones()
    if opacity:
        patchy = _blur(generator.random((_SIZE, _SIZE)) > 0.5, 14)
        patchy = (patchy - patchy.min()) / np.ptp(patchy)
        shadow = _blur(_union(_OPACITIES, x, y), 16) * (0.5 + 0.7 * patchy)
        total += 0.17 * shadow * _blur(air > 0.5, 3)
    return total


def _union(parts: tuple[Ellipsoid, ...], x: Grid, y: Grid) -> Grid:
    """Returns the thickness of overlapping parts in cm, each ray's overlap counted once."""
    thickness: Grid = np.maximum.reduce([part.thickness(x, y) for part in parts])
    return thickness


def _spine(x: Grid, y: Grid) -> Grid:
    """Draws vertebral bodies, 1.35 cm apart, the discs between them and their arches."""
    column = np.sqrt(np.maximum(0, 1 - (x / 1.0) ** 2)) * 2.0
    discs = _blur(np.abs(np.mod(y, 1.35) - 0.675) > 0.55, 4)
    arches = 0.25 * _blur((np.abs(x) < 0.22) & (np.mod(y + 0.4, 1.35) < 0.8), 5)
    return _blur(column * (0.85 - 0.3 * discs), 3) + arches


@cache
def _bones() -> Grid:
    """Draws ribs and clavicles, read-only: bright cortex, darker marrow."""
    total = np.zeros((_SIZE, _SIZE))
    for side in (-1, 1):
        for rib in range(_RIBS):
            _add_bone(total, _posterior(rib, side), width=0.5, density=1.15)
            if rib < _TRUE_RIBS:
                _add_bone(total, _anterior(rib, side), width=0.55, density=0.8)
        clavicle = _curve((1.0 * side, -6.0), (4.4 * side, -6.6), (7.6 * side, -8.2))
        _add_bone(total, clavicle, width=0.7, density=1.0)
    bones = np.minimum(total, 1.6)
    bones.setflags(write=False)
    return bones


def _add_bone(
    total: Grid, points: list[tuple[float, float]], *, width: float, density: float
) -> None:
    """Adds a tube that is denser at its rims, where the ray runs along the cortex."""
    cortex, marrow = _canvas(), _canvas()
    _stroke(cortex, points, width)
    _stroke(marrow, points, width * 0.6)
    left, top, right, bottom = cortex.getbbox() or (0, 0, 0, 0)
    rows = slice(max(0, top - _BLUR_REACH), bottom + _BLUR_REACH)
    columns = slice(max(0, left - _BLUR_REACH), right + _BLUR_REACH)
    rim = _blur(np.asarray(cortex)[rows, columns], 2)
    middle = _blur(np.asarray(marrow)[rows, columns], 3)
    total[rows, columns] += density * (rim / 255 - 0.3 * middle / 255)


def _posterior(rib: int, side: int) -> list[tuple[float, float]]:
    """Returns the course of a rib's back part: from the spine outwards and down to the side."""
    top = -7.0 + _RIB_SPACING_CM * rib
    reach = _chest_wall(top + 2.0)
    return _curve((0.9 * side, top), (0.75 * reach * side, top - 0.7), (reach * side, top + 2.2))


def _anterior(rib: int, side: int) -> list[tuple[float, float]]:
    """Returns the course of a rib's front part: from the side inwards and down to its cartilage."""
    top = -4.8 + _RIB_SPACING_CM * rib
    reach, end = _chest_wall(top), 3.0 + 0.25 * rib
    return _curve((reach * side, top), (0.95 * reach * side, top + 1.9), (end * side, top + 2.6))


def _chest_wall(y: float) -> float:
    """Returns half the width of the rib cage at `y`, in cm."""
    return float(4.1 + 4.4 * np.sqrt(max(0.0, 1 - ((y - 2.4) / 8.9) ** 2)))


def _curve(
    start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float]
) -> list[tuple[float, float]]:
    """Returns 40 points of a quadratic Bezier curve, in cm."""
    steps = np.linspace(0, 1, 40)[:, None]
    a, b, c = (np.asarray(point) for point in (start, bend, end))
    points = (1 - steps) ** 2 * a + 2 * steps * (1 - steps) * b + steps**2 * c
    return [(float(px), float(py)) for px, py in points]


def _vessels(generator: np.random.Generator) -> Grid:
    """Draws vessels that branch from each hilum and taper outwards."""
    canvas = _canvas()
    for side in (-1, 1):
        for angle in np.linspace(-1.35, 1.35, 13) + generator.normal(0, 0.06, 13):
            reach = generator.uniform(3.0, 5.5)
            far = (side * (2.0 + reach * np.cos(angle)), 0.5 + 1.35 * reach * np.sin(angle))
            bend = (side * (2.4 + 0.4 * reach), 0.5 + 0.55 * reach * np.sin(angle))
            points = _curve((2.0 * side, 0.5), bend, far)
            for width, share in ((0.34, 0.4), (0.2, 0.7), (0.1, 1.0)):
                _stroke(canvas, points[: max(2, int(len(points) * share))], width)
    return 3.4 * _blur(np.asarray(canvas) > 0, 3)


def _canvas() -> Image.Image:
    return Image.new("L", (_SIZE, _SIZE))


def _stroke(canvas: Image.Image, points: list[tuple[float, float]], width: float) -> None:
    """Draws a line through `points`; points and `width` are in cm."""
    scale = _SIZE / _FIELD_CM
    pixels = [((px + _FIELD_CM / 2) * scale, (py + _FIELD_CM / 2) * scale) for px, py in points]
    ImageDraw.Draw(canvas).line(pixels, fill=255, width=round(width * scale), joint="curve")


def _blur(grid: NDArray[np.generic], radius: float) -> Grid:
    """Blurs values that are not negative by a Gaussian; `radius` is its sigma in pixels.

    Pillow's filter works on 8 bits, so the result has 256 steps between 0 and the maximum.
    """
    values = np.asarray(grid, dtype=np.float64)
    peak = values.max() or 1.0
    image = Image.fromarray((values / peak * 255).astype(np.uint8))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float64)
    return blurred / 255 * peak


def _add_markers(image: Image.Image) -> Image.Image:
    """Draws the marker of the patient's right side and the word PHANTOM."""
    draw = ImageDraw.Draw(image)
    draw.text((44, 40), "R", fill=250, font_size=54)
    draw.text((44, image.height - 54), "PHANTOM", fill=190, font_size=24)
    return image
