"""The labelled radiographs on disk: the manifest, one radiograph's pixels, the hash of a part."""

import csv
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.formats import raster
from screening.images import build_model_input
from screening.radiograph import Pixels
from training.errors import TrainingError

FOLDER = "chest_xray_224"
MANIFEST = "manifest.csv"
DESCRIPTION_FILE = "about.json"
COLUMNS = {"split", "class", "file", "subtype", "patient_key", "near_dup_group", "sha256"}

# Of a data set that does not say what it is.
PUBLIC = {
    "name": "Guangzhou paediatric chest X-rays (Mendeley Data rscbjbr9sj), 224 x 224 pixels",
    "licence": "CC BY 4.0",
    "credit": "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography (OCT) and "
    "Chest X-Ray Images for Classification, Mendeley Data, 2018",
}


class DataError(TrainingError):
    """The data set is missing or is not what this project trains on; the message says which."""


@dataclass(frozen=True)
class Radiograph:
    """One labelled picture; `patient` and `duplicates` say which others it must stay with."""

    split: str
    pneumonia: bool
    subtype: str
    patient: str
    duplicates: str
    path: Path
    sha256: str


def read_manifest(data: Path) -> tuple[Radiograph, ...]:
    """Every radiograph of the manifest, in its order; DataError when one cannot be found."""
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
        radiographs = tuple(_radiograph(folder, row) for row in reader)
    lost = [radiograph.path for radiograph in radiographs if not radiograph.path.is_file()]
    if lost:
        raise DataError(f"{manifest} names {len(lost)} files that are not there: {lost[0]} first.")
    return radiographs


def read_description(data: Path) -> dict[str, str]:
    """Name, licence and credit of the data set, for the model card. Raises DataError."""
    path = data / FOLDER / DESCRIPTION_FILE
    if not path.is_file():
        return PUBLIC
    try:
        about = json.loads(path.read_text())
    except ValueError as error:
        raise DataError(f"{path} is no JSON: {error}.") from error
    missing = PUBLIC.keys() - about.keys() if isinstance(about, dict) else PUBLIC.keys()
    if missing:
        raise DataError(f"{path} does not say {', '.join(sorted(missing))} of the data set.")
    return {name: str(about[name]) for name in PUBLIC}


def _radiograph(folder: Path, row: dict[str, str]) -> Radiograph:
    return Radiograph(
        split=row["split"],
        pneumonia=row["class"] == "PNEUMONIA",
        subtype=row["subtype"],
        patient=row["patient_key"],
        duplicates=row["near_dup_group"],
        path=folder / row["split"] / row["class"] / row["file"],
        sha256=row["sha256"],
    )


def read_pixels(radiograph: Radiograph) -> Pixels:
    """The model's input, uint8 of shape (224, 224, 1), made as screening makes it for a doctor.

    Raises DataError where the file is not the one that the manifest names.
    """
    content = radiograph.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != radiograph.sha256:
        raise DataError(f"{radiograph.path} is another file than the manifest describes.")
    return build_model_input(raster.decode(content).pixels)[:, :, np.newaxis]


def labels(radiographs: Iterable[Radiograph]) -> NDArray[np.int64]:
    """1 for pneumonia, 0 for normal, in order."""
    return np.array([radiograph.pneumonia for radiograph in radiographs], dtype=np.int64)


def radiographs_sha256(radiographs: Iterable[Radiograph]) -> str:
    """One hash for a set of radiographs, whatever their order."""
    digest = hashlib.sha256()
    for line in sorted(f"{r.path.parent.name}/{r.path.name} {r.sha256}\n" for r in radiographs):
        digest.update(line.encode())
    return digest.hexdigest()
