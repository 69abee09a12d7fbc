"""The films of the half-year: real radiographs, divided by patient, and two scanners.

All come from the official train and val sets. A keyed hash of the patient decides where a film
goes: to the model's first training, to its validation, to a set that nothing is trained on, or to
the hospital. No film of the official test set is read.
"""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from phantoms.file_formats import encode_dicom
from screening.radiograph import Pixels
from training.data.manifest import (
    DESCRIPTION_FILE,
    FOLDER,
    MANIFEST,
    PUBLIC_DESCRIPTION,
    Radiograph,
    read_manifest,
    read_pixels,
)
from training.data.split import hash_position
from training.evaluation.corruptions import blur, contrast

AGE_YEARS = 3
MONTHS = 6
# Of a month's films; the odds of the public set would leave too few healthy films for six months.
HEALTHY, ILL = 100, 150
# By the position of a patient (`hash_position`). The first bound is the share of validation of
# every recipe, so that its split gives the same patients.
_VALIDATION, _HOSPITAL, _TEST = 0.15, 0.65, 0.75


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """`render` turns the pixels of a published film into those that this scanner would give."""

    manufacturer: str
    render: Callable[[Pixels], Pixels]


# The names only tell the scanners apart: screening keeps those of a list. No film is theirs.
FIRST_SCANNER = Scanner(manufacturer="Agfa", render=lambda pixels: pixels)
# A flat look-up table and a detector with larger pixels, at strengths at which a person still reads
# the film (`training.evaluation.corruptions`).
SECOND_SCANNER = Scanner(
    manufacturer="Fujifilm", render=lambda pixels: blur(contrast(pixels, 4), 4)
)


def list_months(data: Path) -> list[list[Radiograph]]:
    """The films of each month, each film once, in an order drawn with a fixed seed."""
    films = [film for film in _read_pool(data) if _is_of_hospital(film)]
    generator = np.random.default_rng(19)
    queues = {
        pneumonia: [
            members[int(index)]
            for members in [[film for film in films if film.pneumonia is pneumonia]]
            for index in generator.permutation(len(members))
        ]
        for pneumonia in (False, True)
    }
    months = []
    for month in range(MONTHS):
        healthy = queues[False][month * HEALTHY : (month + 1) * HEALTHY]
        ill = queues[True][month * ILL : (month + 1) * ILL]
        if len(healthy) < HEALTHY or len(ill) < ILL:
            raise ValueError(f"{data} has too few films for {MONTHS} months.")
        both = [*healthy, *ill]
        months.append([both[int(index)] for index in generator.permutation(len(both))])
    return months


def write_base_data(data: Path, folder: Path) -> Path:
    """A data set of links to the films that are not the hospital's; returns `folder`.

    The films that nothing is trained on are its test set.
    """
    target = folder / FOLDER
    rows = []
    for film in _read_pool(data):
        if _is_of_hospital(film):
            continue
        is_test = _HOSPITAL <= hash_position(film.patient) < _TEST
        split, label = "test" if is_test else "train", "PNEUMONIA" if film.pneumonia else "NORMAL"
        path = target / split / label / film.path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.symlink_to(film.path.resolve())
        rows.append(
            {
                "split": split,
                "class": label,
                "file": film.path.name,
                "subtype": film.subtype,
                "patient_key": film.patient,
                "near_dup_group": film.duplicate_group,
                "sha256": film.sha256,
            }
        )
    with (target / MANIFEST).open("w", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    description = json.dumps(PUBLIC_DESCRIPTION, indent=2)
    (target / DESCRIPTION_FILE).write_text(description)
    weights = folder / "weights"
    if not weights.exists():
        weights.symlink_to((data / "weights").resolve())
    return folder


def encode_film(film: Radiograph, scanner: Scanner, day: date) -> bytes:
    """A DICOM file as the scanner would send it. Its patient is that of the public set."""
    pixels = scanner.render(read_pixels(film)[:, :, 0])
    return encode_dicom(
        pixels,
        PatientID=film.patient,
        PatientAge=f"{AGE_YEARS:03}Y",
        Manufacturer=scanner.manufacturer,
        StudyDate=f"{day:%Y%m%d}",
        ViewPosition="AP",
    )


def _read_pool(data: Path) -> Sequence[Radiograph]:
    return [film for film in read_manifest(data) if film.split != "test"]


def _is_of_hospital(film: Radiograph) -> bool:
    return _VALIDATION <= hash_position(film.patient) < _HOSPITAL
