"""Images with more, or with other things, than one film: several films, and a viewer's screen.

Each function takes a chest X-ray (224, 224), uint8, and returns an image of the same form.
"""

import numpy as np
from PIL import Image, ImageDraw

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from screening.radiograph import Pixels

_WIDTH, _HEIGHT = INPUT_COLUMNS, INPUT_ROWS
# Columns and rows of films on one image, the usual ones first.
_GRIDS = ((2, 1), (2, 1), (2, 1), (1, 2), (3, 1), (2, 2), (3, 2))


def several_films(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """Two to six films on one image, with or without a gap; some are mirrored or look different."""
    columns, rows = _GRIDS[int(rng.integers(len(_GRIDS)))]
    canvas = Image.new("L", (_WIDTH, _HEIGHT), int(rng.choice([0, 0, 20, 128, 255])))
    gap = int(rng.choice([0, 0, 2, 4, 8, 14]))
    is_whole = rng.random() < 0.5
    width, height = _WIDTH / columns - gap, _HEIGHT / rows - gap
    for index in range(columns * rows):
        film = Image.fromarray(_vary(xray, rng) if index else xray)
        # Films keep their proportions, or fill their part of the image.
        film_height = height if is_whole else min(height, width * rng.uniform(1.0, 1.25))
        film = film.resize((max(1, round(width)), max(1, round(film_height))))
        left = (index % columns) * _WIDTH / columns + gap / 2
        top = (index // columns) * _HEIGHT / rows + (height - film_height) / 2 + gap / 2
        canvas.paste(film, (round(left), round(top)))
    return np.asarray(canvas)


def screenshot(xray: Pixels, rng: np.random.Generator) -> Pixels:
    """A viewer's screen: a film in a window, with bars of buttons, text and thumbnails."""
    ground = int(rng.choice([0, 15, 32, 48, 64, 200, 240, 255]))
    text = 230 if ground < 128 else 40
    canvas = Image.new("L", (_WIDTH, _HEIGHT), ground)
    draw = ImageDraw.Draw(canvas)
    left, right = (_WIDTH * rng.uniform(0.0, 0.3) for _ in range(2))
    top, bottom = _HEIGHT * rng.uniform(0.06, 0.2), _HEIGHT * rng.uniform(0.0, 0.18)
    if left + right < 0.16 * _WIDTH:
        left = _WIDTH * rng.uniform(0.16, 0.35)
    box = [round(edge) for edge in (left, top, _WIDTH - right, _HEIGHT - bottom)]
    draw.rectangle(box, fill=int(rng.choice([0, 0, 0, ground])))
    inset = round(rng.uniform(0, 12))
    film = Image.fromarray(xray).resize(
        (max(40, box[2] - box[0] - 2 * inset), max(40, box[3] - box[1]))
    )
    canvas.paste(film, (box[0] + inset, box[1]))
    _draw_bar(draw, (0, 0, _WIDTH, box[1] - 1), ground=ground, text=text, rng=rng)
    _draw_panel(canvas, xray, (0, box[1], box[0] - 1, _HEIGHT), text=text, rng=rng)
    _draw_panel(canvas, xray, (box[2] + 1, box[1], _WIDTH, _HEIGHT), text=text, rng=rng)
    if bottom > 4:
        _draw_bar(draw, (box[0], box[3] + 1, box[2], _HEIGHT), ground=ground, text=text, rng=rng)
    for corner in (0, 1):
        for line in range(int(rng.integers(0, 5))):
            start = box[0] + 3 if corner == 0 else box[2] - 45
            words = _random_words(rng, int(rng.integers(4, 14)))
            draw.text((start, box[1] + 3 + 7 * line), words, fill=230, font_size=6)
    return np.asarray(canvas)


def _vary(xray: Pixels, rng: np.random.Generator) -> Pixels:
    film = xray[:, :: int(rng.choice([-1, 1]))].astype(np.float64)
    return np.clip(film * rng.uniform(0.7, 1.2) + rng.uniform(-25, 25), 0, 255).astype(np.uint8)


def _draw_bar(
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    *,
    ground: int,
    text: int,
    rng: np.random.Generator,
) -> None:
    """Draws a bar with buttons and words."""
    left, top, right, bottom = box
    if bottom - top < 4 or right - left < 10:
        return
    draw.rectangle(box, fill=int(np.clip(ground + rng.integers(-30, 31), 0, 255)))
    size = min(10, bottom - top - 2)
    x = left + int(rng.integers(2, 12))
    while x < right - size:
        if rng.random() < 0.7:
            draw.rectangle((x, top + 2, x + size, top + 2 + size), outline=text)
            x += size + int(rng.integers(2, 9))
        else:
            draw.text((x, top + 1), _random_words(rng, 6), fill=text, font_size=size)
            x += 6 * size


def _draw_panel(
    canvas: Image.Image,
    xray: Pixels,
    box: tuple[int, int, int, int],
    *,
    text: int,
    rng: np.random.Generator,
) -> None:
    """Draws a list of thumbnails or of words, with the outline of the panel."""
    left, top, right, bottom = box
    width = right - left
    if width < 12:
        return
    draw = ImageDraw.Draw(canvas)
    draw.rectangle(box, outline=text)
    has_thumbnails = rng.random() < 0.6
    step = int(width * rng.uniform(0.9, 1.3)) if has_thumbnails else int(rng.integers(6, 14))
    for y in range(top + 3, bottom - step, step):
        if has_thumbnails and rng.random() < 0.8:
            size = (width - 6, max(4, step - 4))
            canvas.paste(Image.fromarray(xray).resize(size), (left + 3, y))
        else:
            letters = max(2, width // 5)
            draw.text((left + 2, y), _random_words(rng, letters), fill=text, font_size=6)


def _random_words(rng: np.random.Generator, letters: int) -> str:
    codes = rng.integers(48, 122, letters)
    return "".join(" " if code % 6 == 0 else chr(code) for code in codes)
