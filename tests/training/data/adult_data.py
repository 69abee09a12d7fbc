"""A folder with adult films that differ from each other, whole and as lungs only."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tests.training.sources.synthetic_images import pixels
from training.data.adult_films import LABELS, LUNGS_FOLDER
from training.value_types import Mask

COLUMNS = "file,label,view,age,sex,boxes_x_y_w_h_of_1"
SIZE = 224


def draw_lungs() -> Mask:
    image = Image.new("1", (SIZE, SIZE))
    for left in (30, 124):
        ImageDraw.Draw(image).ellipse((left, 40, left + 70, 190), fill=1)
    return np.asarray(image)


def draw_film(seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Soft fields of grey from 30 to 200: no lung is so white that its mask has a hole."""
    return (30 + pixels(seed, SIZE, SIZE) * (170 / 255)).astype(np.uint8)


def write_whole(folder: Path, name: str, seed: int) -> None:
    """With another brightness and contrast than the lungs-only copy."""
    _write(folder / name, (draw_film(seed) * 0.7 + 40).astype(np.uint8))


def write_lungs(data: Path, rows: dict[str, int]) -> None:
    """Writes a lungs-only film for each row of the labels, with its seed."""
    folder = data / LUNGS_FOLDER
    for row, seed in rows.items():
        lungs = np.where(draw_lungs(), 255 - draw_film(seed), 0).astype(np.uint8)
        _write(folder / row.partition(",")[0], lungs)
    (folder / LABELS).write_text("\n".join([COLUMNS, *rows]) + "\n")


def _write(path: Path, grey: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(grey).save(path, quality=92)
