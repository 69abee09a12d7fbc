"""Reads how the patient lies in the image: PatientOrientation (PS3.3 C.7.6.1.1.1)."""

import re

from pydicom.dataset import Dataset

# Directions as (to the right, down) of an upright frontal image, in which the patient's left is on
# the right.
_DIRECTIONS = {"L": (1, 0), "R": (-1, 0), "F": (0, 1), "H": (0, -1)}


def is_mirrored(dataset: Dataset) -> bool:
    """Returns whether the tag says that a frontal image is mirrored, turned or not.

    An upright image is L\\F: rows run to the patient's left, columns to the feet. A turn keeps the
    sign of the determinant of both directions; a mirror changes it.
    """
    row, column = (_DIRECTIONS.get(direction) for direction in read_directions(dataset))
    if row is None or column is None:
        return False
    return row[0] * column[1] - row[1] * column[0] < 0


def runs_from_front_to_back(dataset: Dataset) -> bool:
    """Returns whether rows or columns run between front and back, as in no frontal image."""
    return bool({"A", "P"} & set(read_directions(dataset)))


def read_directions(dataset: Dataset) -> tuple[str, str]:
    """Returns the main direction of rows and of columns, a letter each; empty where not stated.

    Devices also separate them by other characters, or write both letters as one value.
    """
    value = dataset.get("PatientOrientation") or ""
    text = value if isinstance(value, str) else "\\".join(str(each) for each in value)
    parts = re.findall("[A-Z]+", text.upper())
    if len(parts) == 1 and len(parts[0]) == 2:
        parts = list(parts[0])
        if set(parts) == {"A", "P"}:  # Some devices write the view here.
            return "", ""
    letters = [part[0] for part in parts[:2]]
    row, column = letters + [""] * (2 - len(letters))
    return row, column
