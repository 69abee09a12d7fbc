"""Images that show no chest X-ray: the out-of-distribution detector learns to refuse them.

Each function returns an image (224, 224), uint8; the chest X-ray that it takes gives the shape.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_sample_images

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels
from training.data.pixels import stretch_contrast, to_uint8

_SIZE = (INPUT_COLUMNS, INPUT_ROWS)
_PHOTOGRAPHS = [photo.mean(axis=2).astype(np.uint8) for photo in load_sample_images().images]


def clouds(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Noise of all scales, as in photographs of landscapes, with or without hard edges."""
    rows, columns = np.fft.fftfreq(_SIZE[1])[:, np.newaxis], np.fft.rfftfreq(_SIZE[0])
    falloff = np.maximum(np.hypot(rows, columns), 1 / _SIZE[0]) ** -rng.uniform(0.8, 2.2)
    noise = np.fft.irfft2(falloff * np.fft.rfft2(rng.normal(size=xray.shape)), s=xray.shape)
    levels = int(rng.integers(2, 7))
    grey = stretch_contrast(noise).astype(np.float64)
    steps = np.floor(grey / 256 * levels) * 255 / (levels - 1)
    return to_uint8(steps if rng.random() < 0.4 else grey)


def photograph(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A detail of one of scikit-learn's two sample photographs."""
    photo = Image.fromarray(_PHOTOGRAPHS[int(rng.integers(len(_PHOTOGRAPHS)))])
    size = int(min(photo.size) * rng.uniform(0.2, 1.0))
    left = int(rng.integers(0, photo.width - size + 1))
    top = int(rng.integers(0, photo.height - size + 1))
    detail = np.asarray(photo.crop((left, top, left + size, top + size)).resize(_SIZE))
    detail = detail[:, :: int(rng.choice([-1, 1]))]
    return np.rot90(detail, int(rng.integers(4)))


def shapes(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Random boxes, ellipses, lines and arcs, as in drawings, logos and screenshots."""
    image = Image.new("L", _SIZE, int(rng.integers(0, 256)))
    draw = ImageDraw.Draw(image)
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
    return _soften(image, rng)


def text_page(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A page of text, dark on light or light on dark."""
    paper, ink = (250, 20) if rng.random() < 0.7 else (15, 230)
    image = Image.new("L", _SIZE, paper)
    draw = ImageDraw.Draw(image)
    size = int(rng.integers(6, 18))
    for top in range(int(rng.integers(0, 20)), _SIZE[1], size + int(rng.integers(1, 8))):
        letters = rng.integers(33, 122, int(rng.integers(5, 45)))
        line = "".join(" " if code % 6 == 0 else chr(code) for code in letters)
        draw.text((int(rng.integers(2, 30)), top), line, fill=ink, font_size=size)
    return _soften(image, rng)


def body_slice(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A slice as CT and MR show it: an oval of soft tissue with organs, air and bone inside."""
    image = Image.new("L", _SIZE, int(rng.integers(0, 25)))
    draw = ImageDraw.Draw(image)
    centre, radii = rng.uniform(100, 124, 2), rng.uniform(55, 108, 2)
    _draw_oval(draw, centre, radii, grey=int(rng.integers(150, 256)))
    _draw_oval(draw, centre, radii - rng.uniform(3, 14), grey=int(rng.integers(60, 170)))
    for _ in range(int(rng.integers(4, 18))):
        organ = centre + rng.uniform(-0.65, 0.65, 2) * radii
        _draw_oval(draw, organ, rng.uniform(3, 38, 2), grey=int(rng.integers(0, 256)))
    return _soften(image, rng)


def limb(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """An arm, leg, hand or hip: long bones, bright at their rims, in soft tissue."""
    image = Image.new("L", _SIZE, int(rng.integers(0, 50)))
    draw = ImageDraw.Draw(image)
    flesh, bone = int(rng.integers(50, 130)), int(rng.integers(150, 255))
    count = int(rng.integers(1, 6))
    for index in range(count):
        start = np.array([(index + 0.7) * _SIZE[0] / (count + 0.4), rng.uniform(-40, 60)])
        end = start + rng.uniform((-60, 100), (60, 280))
        bone_width = rng.uniform(8, 60 / count + 12)
        marrow = (flesh + bone) // 2
        for factor, grey in ((2.4, flesh), (1.0, bone), (0.55, marrow)):
            draw.line([*start, *end], fill=grey, width=max(1, int(factor * bone_width)))
        for joint in (start, end):
            _draw_oval(draw, joint, np.array([0.8, 0.6]) * bone_width, grey=bone)
    blurred = image.filter(ImageFilter.GaussianBlur(rng.uniform(1, 4)))
    return np.rot90(_soften(blurred, rng), int(rng.integers(4)))


def _draw_oval(
    draw: ImageDraw.ImageDraw,
    centre: NDArray[np.float64],
    radii: NDArray[np.float64],
    *,
    grey: int,
) -> None:
    radii = np.maximum(radii, 1.0)
    draw.ellipse([*(centre - radii), *(centre + radii)], fill=grey)


def _soften(image: Image.Image, rng: np.random.Generator) -> Pixels:
    """Adds the blur and the noise of a camera or a scanner."""
    soft = gaussian_filter(np.asarray(image, np.float64), rng.uniform(0, 2))
    return to_uint8(soft + rng.normal(0, rng.uniform(0, 12), soft.shape))
