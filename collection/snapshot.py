"""What a snapshot says of itself and of each of its films, beside the images of the data set.

`snapshot.json` names the stage, and `provenance.csv` what each film's label rests on. Both lie
beside the folder of the images: a training job gets neither.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from training.atomic_write import write_atomically
from training.data.manifest import FOLDER, MANIFEST, SNAPSHOT_FILE
from training.sources.errors import SourceError

# Where a run that makes a snapshot keeps what it has fetched, until it ends.
STAGING = ".originals"
PROVENANCE = "provenance.csv"
_INCOMPLETE = "Collect it again: python -m training.collect {stage} --out {data}"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """`compared_at` is when its films were last compared with those of the stage."""

    stage: str
    region: str
    sites: tuple[str, ...]
    collected_at: str
    compared_at: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """One film: `facts` is how many facts it had, `readers` are keyed names of its readers.

    `file` lies in the folder of `split` and `label`. Texts are empty where nothing is there.
    """

    split: str
    label: str
    file: str
    sha256: str
    radiograph: str
    original_sha256: str
    patient: str
    is_identified: str
    site: str
    label_source: str
    reading: str
    readers: str
    outcomes: str
    label_at: str
    answered_at: str
    model_version: str
    settings_version: str
    age_years: str
    view: str
    manufacturer: str
    scanner_model: str
    facts: str

    def path(self, data: Path) -> Path:
        return data / FOLDER / self.split / self.label / self.file


def read_snapshot(data: Path) -> Snapshot | None:
    """None for a data set that is no snapshot of a stage. Raises SourceError."""
    path = data / SNAPSHOT_FILE
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text())
        return Snapshot(**content | {"sites": tuple(content["sites"])})
    except (ValueError, TypeError, KeyError) as error:
        raise SourceError(f"{path} is damaged ({error}). Collect into another folder.") from error


def write_snapshot(data: Path, snapshot: Snapshot) -> None:
    data.mkdir(parents=True, exist_ok=True)
    write_atomically(data / SNAPSHOT_FILE, json.dumps(asdict(snapshot), indent=2).encode())


def read_provenance(data: Path) -> list[Provenance]:
    """Returns the films of a snapshot; none where a run was stopped before it wrote them."""
    path = data / PROVENANCE
    if not path.is_file():
        return []
    names = {field.name for field in fields(Provenance)}
    with path.open(newline="") as lines:
        reader = csv.DictReader(lines)
        if missing := names - set(reader.fieldnames or ()):
            raise SourceError(f"{path} has no column named {', '.join(sorted(missing))}.")
        return [Provenance(**{name: row[name] for name in names}) for row in reader]


def write_provenance(data: Path, films: Iterable[Provenance]) -> None:
    columns = [field.name for field in fields(Provenance)]
    write_atomically(data / PROVENANCE, format_csv(columns, map(asdict, films)))


def read_rows(data: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and rows of the manifest; none where there is no manifest."""
    path = data / FOLDER / MANIFEST
    if not path.is_file():
        return [], []
    with path.open(newline="") as lines:
        reader = csv.DictReader(lines)
        return list(reader.fieldnames or ()), list(reader)


def write_rows(data: Path, columns: list[str], rows: Iterable[dict[str, str]]) -> None:
    write_atomically(data / FOLDER / MANIFEST, format_csv(columns, rows))


def require_complete(snapshot: Snapshot, data: Path, prefix: str) -> None:
    """Raises SourceError where a run was stopped before it had described all films.

    `prefix` begins the patients' names of films that were collected.
    """
    rows = {row["sha256"] for row in read_rows(data)[1] if row["patient_key"].startswith(prefix)}
    if rows != {film.sha256 for film in read_provenance(data)}:
        hint = _INCOMPLETE.format(stage=snapshot.stage, data=data)
        raise SourceError(f"{data} is not complete: a run that made it was stopped. {hint}")


def format_csv(columns: list[str], rows: Iterable[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
