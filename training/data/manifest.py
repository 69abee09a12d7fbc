"""Reads the data set on disk: the manifest, its description and the pixels of a radiograph."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from contracts.csv_table import TableError, open_table
from screening.formats import raster
from screening.images import build_model_input
from screening.radiograph import Pixels
from training.data.manifest_rows import read_rows
from training.data.public_names import is_public_name
from training.errors import TrainingError
from training.value_types import Labels

FOLDER = "chest_xray_224"
MANIFEST = "manifest.csv"
DESCRIPTION_FILE = "about.json"
# Beside the folder: the data set is a snapshot of a stage (`collection.snapshot`).
SNAPSHOT_FILE = "snapshot.json"

# Of the public set, which has no about.json where it was prepared by an older release. `age_years`
# are the youngest and the oldest patient.
PUBLIC_DESCRIPTION: dict[str, Any] = {
    "name": "Guangzhou paediatric chest X-rays (Mendeley Data rscbjbr9sj), 224 x 224 pixels",
    "licence": "CC BY 4.0",
    "credit": "Kermany, Zhang, Goldbaum: Labeled Optical Coherence Tomography (OCT) and "
    "Chest X-Ray Images for Classification, Mendeley Data, 2018",
    "age_years": [1, 5],
}
_REQUIRED = ("credit", "licence", "name")
# Earlier code wrote it into the description of DICOM files, as licence and credit.
NOT_STATED = "not stated"
# Films of adults come from other folders, with other labels.
MAX_CHILD_AGE = 17


class DataError(TrainingError):
    """The data set is missing or unusable; the message says why."""


@dataclass(frozen=True)
class Radiograph:
    """One labelled radiograph; `split` is the official one: train, val or test.

    Radiographs of one `patient` or one `duplicate_group` must stay on one side of a split. `source`
    is what the manifest names in a column of its own, where it joins data of several sources. The
    fields from `age_years` on are optional columns: None or "" where the source does not say it.
    """

    split: str
    pneumonia: bool
    subtype: str
    patient: str
    duplicate_group: str
    path: Path
    sha256: str
    source: str = FOLDER
    age_years: int | None = None
    sex: str = ""
    view: str = ""
    scanner: str = ""
    study_date: str = ""


def read_manifest(data: Path) -> tuple[Radiograph, ...]:
    """Returns the radiographs in the manifest's order.

    Raises DataError for a line that cannot be used, and if a file is missing.
    """
    folder = data / FOLDER
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise DataError(
            f"No data set in {data}: {FOLDER}/{MANIFEST} is not there. "
            "Give the folder that holds it with --data or XRAY_DATA."
        )
    try:
        radiographs = tuple(_parse_row(folder, row) for row in read_rows(manifest))
    except TableError as error:
        raise DataError(str(error)) from error
    absent = [radiograph.path for radiograph in radiographs if not radiograph.path.is_file()]
    if absent:
        raise DataError(
            f"{manifest} names {len(absent)} files that are not there: {absent[0]} first."
        )
    return radiographs


def read_description(data: Path) -> dict[str, Any]:
    """Returns name, licence, credit and ages of the data set, for the model card.

    Raises DataError if about.json is missing or says too little. Only for the public set, which its
    file names tell, it may be missing.
    """
    path = data / FOLDER / DESCRIPTION_FILE
    if not path.is_file():
        if _is_public_set(path.with_name(MANIFEST)):
            return PUBLIC_DESCRIPTION
        raise DataError(
            f"{path} is missing, and the model card repeats it: write the name, licence and credit "
            "of the data set into it, as JSON, and its age_years, such as [1, 5]."
        )
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} is no JSON in UTF-8: {error}.") from error
    return check_description(fields if isinstance(fields, dict) else {}, path)


def check_description(fields: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Returns name, licence, credit and ages among the fields of the file at `path`.

    Raises DataError if one is missing or is no statement.
    """
    texts = {name: str(fields.get(name) or "") for name in _REQUIRED}
    if missing := [name for name, text in texts.items() if text.strip() in ("", NOT_STATED)]:
        raise DataError(
            f"{path} does not say {', '.join(missing)} of the data set, and the model card repeats "
            "it. Write it there, or prepare the data again with --licence, --credit and --ages."
        )
    ages = fields.get("age_years")
    if not _are_ages_of_children(ages):
        raise DataError(
            f"{path}: age_years are the youngest and the oldest age of children, such as [1, 5], "
            f"up to {MAX_CHILD_AGE} years, and not {ages}. Films of adults have their own folders."
        )
    return {**texts, "age_years": ages}


def read_pixels(radiograph: Radiograph) -> Pixels:
    """Returns the model's input, uint8 of shape (224, 224, 1), made as `screening` makes it.

    Raises DataError if the file is not the one that the manifest describes.
    """
    return decode_pixels(read_verified(radiograph))


def read_verified(radiograph: Radiograph) -> bytes:
    """Returns the bytes of the file. Raises DataError if the manifest describes another one."""
    content = radiograph.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != radiograph.sha256:
        raise DataError(f"{radiograph.path} is another file than the manifest describes.")
    return content


def decode_pixels(content: bytes) -> Pixels:
    """Returns the model's input, uint8 of shape (224, 224, 1), made as `screening` makes it."""
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


def data_set_sha256(radiographs: Iterable[Radiograph], description: Mapping[str, Any]) -> str:
    """Returns one hash for radiographs, labels, official splits and the description."""
    lines = sorted(f"{r.split} {r.pneumonia:d} {r.patient} {r.sha256}" for r in radiographs)
    return hashlib.sha256(json.dumps([lines, description], sort_keys=True).encode()).hexdigest()


def _is_public_set(manifest: Path) -> bool:
    if not manifest.is_file():
        return False
    try:
        names = [row.get("file") or "" for row in open_table(manifest)]
    except TableError as error:
        raise DataError(str(error)) from error
    return bool(names) and all(is_public_name(Path(name).stem) for name in names)


def _are_ages_of_children(ages: object) -> bool:
    match ages:
        case [int(youngest), int(oldest)]:
            return 0 <= youngest <= oldest <= MAX_CHILD_AGE
        case _:
            return False


def _parse_row(folder: Path, row: dict[str, str]) -> Radiograph:
    return Radiograph(
        split=row["split"],
        pneumonia=row["class"] == "PNEUMONIA",
        subtype=row["subtype"],
        patient=row["patient_key"],
        duplicate_group=row["near_dup_group"],
        path=folder / row["split"] / row["class"] / row["file"],
        sha256=row["sha256"],
        source=row.get("source") or FOLDER,
        age_years=int(row["age_years"]) if row.get("age_years") else None,
        **{name: row.get(name) or "" for name in ("sex", "view", "scanner", "study_date")},
    )
