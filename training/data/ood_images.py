"""What is no upright frontal chest X-ray, made of X-rays and drawn: what the gate learns to refuse.

Each maker takes a picture of the training part and random numbers, and gives a picture of the same
form (224, 224), uint8. None needs a picture that this project does not have.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_sample_images

from contracts.answers import NotAssessed
from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels

OodGenerator = Callable[[Pixels, np.random.Generator], Pixels]

_SIZE = (INPUT_COLUMNS, INPUT_ROWS)


def turned(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Lying on a side or head down."""
    return np.rot90(xray, int(rng.integers(1, 4)))


def upside_down(xray: Pixels, rng: np.random.Generator) -> Pixels:
    return xray[::-1]


def inverted(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Bone black and air white."""
    return 255 - xray


def blank(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """One grey, or a slope from one grey to another, with as much noise as a detector has."""
    across, down = np.meshgrid(np.linspace(-1, 1, _SIZE[0]), np.linspace(-1, 1, _SIZE[1]))
    slope = rng.uniform(-60, 60, 2) * rng.integers(0, 2)
    noise = rng.normal(0, rng.uniform(0, 6), xray.shape)
    return _grey(rng.uniform(0, 255) + slope[0] * across + slope[1] * down + noise)


def drowned(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """So noisy that nothing can be read."""
    return _grey(0.3 * xray + rng.normal(rng.uniform(40, 160), rng.uniform(60, 120), xray.shape))


def burnt(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """So dark or so bright that most of the picture is black or white."""
    black = np.quantile(xray, rng.uniform(0.8, 0.95))
    white = np.quantile(xray, rng.uniform(0.05, 0.2)) + 1.0
    dark = (xray - black) * 255 / max(255 - black, 1.0)
    return _grey(dark if rng.random() < 0.5 else xray * 255.0 / white)


def cut_off(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A sixth to a third of each side of the picture, enlarged."""
    side = int(_SIZE[0] * rng.uniform(0.16, 0.33))
    left, top = (int(corner) for corner in rng.integers(0, _SIZE[0] - side, 2))
    part = Image.fromarray(xray).crop((left, top, left + side, top + side))
    return np.asarray(part.resize(_SIZE, Image.Resampling.BICUBIC))


def one_side(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """One lung and its shoulder, as in X-rays of a shoulder or of ribs."""
    side = int(_SIZE[0] * rng.uniform(0.4, 0.52))
    left = 0 if rng.random() < 0.5 else _SIZE[0] - side
    top = int(rng.integers(0, _SIZE[1] // 4))
    part = Image.fromarray(xray).crop((left, top, left + side, top + int(1.3 * side)))
    return np.asarray(part.resize(_SIZE, Image.Resampling.BICUBIC))


def shuffled(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """The same tissue in another order: 4 to 49 squares, some of them turned."""
    count = int(rng.integers(2, 8))
    side = _SIZE[0] // count
    squares = [
        xray[row * side : (row + 1) * side, column * side : (column + 1) * side]
        for row in range(count)
        for column in range(count)
    ]
    squares = [np.rot90(squares[i], int(rng.integers(4))) for i in rng.permutation(len(squares))]
    rows = [np.hstack(squares[row * count : (row + 1) * count]) for row in range(count)]
    return np.asarray(Image.fromarray(np.vstack(rows)).resize(_SIZE))


def scrambled(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """The X-ray's own spectrum with random phases: its softness without its shapes."""
    amplitude = np.abs(np.fft.rfft2(xray))
    phase = np.angle(np.fft.rfft2(rng.random(xray.shape)))
    return _stretched(np.fft.irfft2(amplitude * np.exp(1j * phase), s=xray.shape))


def clouds(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Noise of all scales, as in photographs of landscapes, with edges or without."""
    rows, columns = np.fft.fftfreq(_SIZE[1])[:, np.newaxis], np.fft.rfftfreq(_SIZE[0])
    fall = np.maximum(np.hypot(rows, columns), 1 / _SIZE[0]) ** -rng.uniform(0.8, 2.2)
    noise = np.fft.irfft2(fall * np.fft.rfft2(rng.normal(size=xray.shape)), s=xray.shape)
    levels = int(rng.integers(2, 7))
    grey = _stretched(noise).astype(np.float64)
    return _grey(np.floor(grey / 256 * levels) * 255 / (levels - 1) if rng.random() < 0.4 else grey)


def photograph(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A piece of one of scikit-learn's two sample photographs."""
    whole = Image.fromarray(_PHOTOGRAPHS[int(rng.integers(len(_PHOTOGRAPHS)))])
    side = int(min(whole.size) * rng.uniform(0.2, 1.0))
    left = int(rng.integers(0, whole.width - side + 1))
    top = int(rng.integers(0, whole.height - side + 1))
    piece = np.asarray(whole.crop((left, top, left + side, top + side)).resize(_SIZE))
    piece = piece[:, :: int(rng.choice([-1, 1]))]
    return np.rot90(piece, int(rng.integers(4)))


def shapes(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Boxes, ellipses and lines at random: drawings, logos, screens."""
    picture, draw = _canvas(rng)
    for _ in range(int(rng.integers(3, 40))):
        corners = np.sort(rng.uniform(-20, 244, (2, 2)), axis=0).ravel().tolist()
        grey = int(rng.integers(0, 256))
        kind = rng.integers(4)
        if kind == 0:
            draw.rectangle(corners, fill=grey)
        elif kind == 1:
            draw.ellipse(corners, fill=grey, outline=int(rng.integers(0, 256)))
        elif kind == 2:
            draw.line(rng.uniform(0, 224, 4).tolist(), fill=grey, width=int(rng.integers(1, 12)))
        else:
            start, end = rng.uniform(0, 360, 2)
            draw.arc(corners, start, end, fill=grey, width=int(rng.integers(1, 9)))
    return _finished(picture, rng)


def page(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A page of text, dark on light or light on dark."""
    paper, ink = (250, 20) if rng.random() < 0.7 else (15, 230)
    picture = Image.new("L", _SIZE, paper)
    draw = ImageDraw.Draw(picture)
    size = int(rng.integers(6, 18))
    for top in range(int(rng.integers(0, 20)), _SIZE[1], size + int(rng.integers(1, 8))):
        letters = rng.integers(33, 122, int(rng.integers(5, 45)))
        words = "".join(" " if code % 6 == 0 else chr(code) for code in letters)
        draw.text((int(rng.integers(2, 30)), top), words, fill=ink, font_size=size)
    return _finished(picture, rng)


def slice_through_a_body(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """As CT and MR show it: an oval of soft tissue in black, with organs, air and bone inside."""
    picture = Image.new("L", _SIZE, int(rng.integers(0, 25)))
    draw = ImageDraw.Draw(picture)
    middle, reach = rng.uniform(100, 124, 2), rng.uniform(55, 108, 2)
    _oval(draw, middle, reach, int(rng.integers(150, 256)))
    _oval(draw, middle, reach - rng.uniform(3, 14), int(rng.integers(60, 170)))
    for _ in range(int(rng.integers(4, 18))):
        place = middle + rng.uniform(-0.65, 0.65, 2) * reach
        _oval(draw, place, rng.uniform(3, 38, 2), int(rng.integers(0, 256)))
    return _finished(picture, rng)


def limb(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """As X-rays of arms, legs, hands and hips: long bones, bright at their rims, in soft tissue."""
    picture = Image.new("L", _SIZE, int(rng.integers(0, 50)))
    draw = ImageDraw.Draw(picture)
    flesh, bone = int(rng.integers(50, 130)), int(rng.integers(150, 255))
    count = int(rng.integers(1, 6))
    for index in range(count):
        start = np.array([(index + 0.7) * _SIZE[0] / (count + 0.4), rng.uniform(-40, 60)])
        end = start + rng.uniform((-60, 100), (60, 280))
        wide = rng.uniform(8, 60 / count + 12)
        for width, grey in ((2.4 * wide, flesh), (wide, bone), (0.55 * wide, (flesh + bone) // 2)):
            draw.line([*start, *end], fill=grey, width=max(1, int(width)))
        for joint in (start, end):
            _oval(draw, joint, np.array([0.8, 0.6]) * wide, bone)
    done = _finished(picture.filter(ImageFilter.GaussianBlur(rng.uniform(1, 4))), rng)
    return np.rot90(done, int(rng.integers(4)))


OOD_GENERATORS: Mapping[NotAssessed, tuple[OodGenerator, ...]] = {
    NotAssessed.ORIENTATION: (turned, upside_down),
    NotAssessed.QUALITY: (inverted, blank, drowned, burnt, cut_off, one_side),
    NotAssessed.NOT_CHEST: (
        shuffled,
        scrambled,
        clouds,
        photograph,
        shapes,
        page,
        slice_through_a_body,
        limb,
    ),
}

_PHOTOGRAPHS = [photo.mean(axis=2).astype(np.uint8) for photo in load_sample_images().images]


def _canvas(rng: np.random.Generator) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("L", _SIZE, int(rng.integers(0, 256)))
    return picture, ImageDraw.Draw(picture)


def _oval(
    draw: ImageDraw.ImageDraw, middle: NDArray[np.float64], reach: NDArray[np.float64], grey: int
) -> None:
    reach = np.maximum(reach, 1.0)
    draw.ellipse([*(middle - reach), *(middle + reach)], fill=grey)


def _finished(picture: Image.Image, rng: np.random.Generator) -> Pixels:
    """As a camera or a scanner gives it: a little soft, a little noisy."""
    soft = gaussian_filter(np.asarray(picture, np.float64), rng.uniform(0, 2))
    return _grey(soft + rng.normal(0, rng.uniform(0, 12), soft.shape))


def _stretched(values: NDArray[np.float64]) -> Pixels:
    low, high = np.quantile(values, (0.01, 0.99))
    return _grey((values - low) / max(high - low, 1e-9) * 255)


def _grey(values: NDArray[np.float64]) -> Pixels:
    return np.asarray(np.clip(np.rint(values), 0, 255), np.uint8)
