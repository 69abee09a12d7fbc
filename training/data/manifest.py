"""Reads the data set on disk: the manifest, its description and the pixels of a radiograph."""

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screening.formats import raster
from screening.images import build_model_input
from screening.radiograph import Pixels
from training.errors import TrainingError
from training.value_types import Labels

FOLDER = "chest_xray_224"
MANIFEST = "manifest.csv"
DESCRIPTION_FILE = "about.json"
COLUMNS = {"split", "class", "file", "subtype", "patient_key", "near_dup_group", "sha256"}

# The description of a data set that has no about.json.
PUBLIC_DESCRIPTION = {
    "name": "Guangzhou paediatric chest X-rays (Mendeley Data rscbjbr9sj), 224 x 224 pixels",
    "licence": "CC BY 4.0",
    "credit": "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography (OCT) and "
    "Chest X-Ray Images for Classification, Mendeley Data, 2018",
}


class DataError(TrainingError):
    """The data set is missing or unusable; the message says why."""


@dataclass(frozen=True)
class Radiograph:
    """One labelled radiograph; `split` is the official one: train, val or test.

    Radiographs of one `patient` or one `duplicate_group` must stay on one side of a split.
    """

    split: str
    pneumonia: bool
    subtype: str
    patient: str
    duplicate_group: str
    path: Path
    sha256: str


def read_manifest(data: Path) -> tuple[Radiograph, ...]:
    """Returns the radiographs in the manifest's order. Raises DataError if a file is missing."""
    folder = data / FOLDER
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise DataError(
            f"No data set in {data}: {FOLDER}/{MANIFEST} is not there. "
            "Give the folder that holds it with --data or XRAY_DATA."
        )
    with manifest.open(newline="") as lines:
        reader = csv.DictReader(lines)
        missing = COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise DataError(f"{manifest} has no column named {', '.join(sorted(missing))}.")
        radiographs = tuple(_parse_row(folder, row) for row in reader)
    absent = [radiograph.path for radiograph in radiographs if not radiograph.path.is_file()]
    if absent:
        raise DataError(
            f"{manifest} names {len(absent)} files that are not there: {absent[0]} first."
        )
    return radiographs


def read_description(data: Path) -> dict[str, str]:
    """Returns name, licence and credit of the data set, for the model card. Raises DataError."""
    path = data / FOLDER / DESCRIPTION_FILE
    if not path.is_file():
        return PUBLIC_DESCRIPTION
    try:
        description = json.loads(path.read_text())
    except ValueError as error:
        raise DataError(f"{path} is no JSON: {error}.") from error
    required = PUBLIC_DESCRIPTION.keys()
    missing = required - description.keys() if isinstance(description, dict) else required
    if missing:
        raise DataError(f"{path} does not say {', '.join(sorted(missing))} of the data set.")
    return {name: str(description[name]) for name in required}


def read_pixels(radiograph: Radiograph) -> Pixels:
    """Returns the model's input, uint8 of shape (224, 224, 1), made as `screening` makes it.

    Raises DataError if the file is not the one that the manifest describes.
    """
    content = radiograph.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != radiograph.sha256:
        raise DataError(f"{radiograph.path} is another file than the manifest describes.")
    return build_model_input(raster.decode(content).pixels)[:, :, np.newaxis]


def class_labels(radiographs: Iterable[Radiograph]) -> Labels:
    """Returns 1 for pneumonia and 0 for normal, in the order of the radiographs."""
    return np.array([radiograph.pneumonia for radiograph in radiographs], dtype=np.int64)


def radiographs_sha256(radiographs: Iterable[Radiograph]) -> str:
    """Returns one hash for a set of radiographs; their order does not matter."""
    digest = hashlib.sha256()
    for line in sorted(f"{r.path.parent.name}/{r.path.name} {r.sha256}\n" for r in radiographs):
        digest.update(line.encode())
    return digest.hexdigest()


def _parse_row(folder: Path, row: dict[str, str]) -> Radiograph:
    return Radiograph(
        split=row["split"],
        pneumonia=row["class"] == "PNEUMONIA",
        subtype=row["subtype"],
        patient=row["patient_key"],
        duplicate_group=row["near_dup_group"],
        path=folder / row["split"] / row["class"] / row["file"],
        sha256=row["sha256"],
    )
