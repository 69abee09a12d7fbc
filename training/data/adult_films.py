"""Reads the films of adults: lungs only with labels of radiologists, and whole ones of the healthy.

Both are films of the RSNA Pneumonia Detection Challenge 2018, and a data folder may lack them.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy.ndimage import binary_opening

from screening.images import build_model_input
from screening.radiograph import Pixels
from training.data.manifest import DataError
from training.value_types import Mask

LUNGS_FOLDER, WHOLE_FOLDER = "adult_lungs", "adult_normal"
LABELS = "labels.csv"
# For the card of a model that is trained on them.
DESCRIPTION = {
    "name": "RSNA Pneumonia Detection Challenge 2018, 224 x 224 pixels",
    "licence": "RSNA's terms: research, education and other purposes, with attribution",
    "credit": "Shih et al.: Augmenting the National Institutes of Health Chest Radiograph Dataset "
    "with Expert Annotations of Possible Pneumonia, Radiology: Artificial Intelligence, 2019; "
    "films of NIH ChestX-ray14, by courtesy of the NIH Clinical Center",
}
NORMAL = "normal"
_COLUMNS = {"file", "label", "view", "age", "sex", "boxes_x_y_w_h_of_1"}
_MIN_AGE = 18
# Two films have ages of 148 and 155 years.
_MAX_AGE = 120
# Outside the lungs the files are black, up to the ringing of JPEG.
_BLACK = 12


class Box(NamedTuple):
    """A rectangle around an opacity, in shares of the whole film's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class AdultFilm:
    """`label` is `normal`, `opacity` (evidence of pneumonia) or `abnormal_no_opacity`.

    `patient` is RSNA's id. Whole films come without id, view, sex and age: then `patient` is the
    name of the file, `view` and `sex` are "", and `age_years` is None.
    """

    path: Path
    label: str
    patient: str
    view: str = ""
    sex: str = ""
    age_years: int | None = None
    boxes: tuple[Box, ...] = ()

    @property
    def is_adult(self) -> bool:
        """Films without an age count as the source describes them: adults."""
        return self.age_years is None or _MIN_AGE <= self.age_years <= _MAX_AGE


def read_lungs_films(data: Path) -> tuple[AdultFilm, ...]:
    """Returns all films of the labels in their order, children too. Raises DataError."""
    table = data / LUNGS_FOLDER / LABELS
    if not table.parent.is_dir():
        return ()
    if not table.is_file():
        raise DataError(f"{table} is missing.")
    with table.open(newline="") as lines:
        reader = csv.DictReader(lines)
        missing = _COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise DataError(f"{table} has no column named {', '.join(sorted(missing))}.")
        films = tuple(_parse_row(table.parent, row) for row in reader)
    absent = [film.path for film in films if not film.path.is_file()]
    if absent:
        raise DataError(f"{table} names {len(absent)} files that are not there: {absent[0]} first.")
    return films


def read_whole_films(data: Path) -> tuple[AdultFilm, ...]:
    """Returns the whole films, sorted by name."""
    paths = sorted((data / WHOLE_FOLDER).glob("*.jpg"))
    return tuple(AdultFilm(path=path, label=NORMAL, patient=path.stem) for path in paths)


def read_film(path: Path) -> Pixels:
    """Returns the model's input (224, 224): these files need no more than Pillow's decoder."""
    with Image.open(path) as image:
        return build_model_input(np.asarray(image.convert("L")))


def read_lungs(film: AdultFilm) -> tuple[Pixels, Mask]:
    """Returns the pixels (224, 224), black outside the lungs, and the mask of the lungs.

    The files of lungs-only films have inverted grey on black.
    """
    inverted = read_film(film.path)
    mask = binary_opening(inverted > _BLACK)
    return np.where(mask, 255 - inverted, 0).astype(np.uint8), mask


def _parse_row(folder: Path, row: Mapping[str, str]) -> AdultFilm:
    return AdultFilm(
        path=folder / row["file"],
        label=row["label"],
        patient=Path(row["file"]).stem,
        view=row["view"],
        sex=row["sex"],
        age_years=int(row["age"]),
        boxes=tuple(Box(*map(float, box.split(","))) for box in row["boxes_x_y_w_h_of_1"].split()),
    )
