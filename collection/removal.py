"""Takes films out of a snapshot again, with all that is left of them in its folder."""

from collections.abc import Set
from pathlib import Path

from collection.snapshot import (
    Provenance,
    Snapshot,
    read_provenance,
    read_rows,
    write_provenance,
    write_rows,
)
from collection.stage_secret import PATIENT_PREFIX
from training.data.manifest import FOLDER
from training.sources.conversion_log import ConversionLog
from training.sources.source_image import LABELS, SPLITS


def remove_films(data: Path, snapshot: Snapshot, radiographs: Set[str]) -> None:
    """Removes the films from manifest, provenance, log and folder. The manifest comes first: what
    it does not name is not trained on, also where this is interrupted.
    """
    films = read_provenance(data)
    gone = {_find_place(film) for film in films if film.radiograph in radiographs}
    columns, rows = read_rows(data)
    write_rows(data, columns, [row for row in rows if not _is_among(row, gone)])
    write_provenance(data, [film for film in films if film.radiograph not in radiographs])
    remove_stale_files(data, stage=snapshot.stage)


def log_source(stage: str) -> str:
    """Names the log of the data set's images (`training.sources.conversion_log`)."""
    return f"stage-{stage}"


def remove_stale_files(data: Path, *, stage: str) -> None:
    """Deletes the images that the manifest does not name, and their sketches in the log."""
    rows = read_rows(data)[1]
    log = ConversionLog(data / FOLDER, source=log_source(stage))
    log.keep({row["sha256"] for row in rows})
    members = {(row["split"], row["class"], row["file"]) for row in rows}
    for split in SPLITS:
        for label in LABELS:
            for path in (data / FOLDER / split / label).glob("*"):
                if (split, label, path.name) not in members:
                    path.unlink()


def _find_place(film: Provenance) -> tuple[str, str, str]:
    return film.split, film.label, film.file


def _is_among(row: dict[str, str], places: Set[tuple[str, str, str]]) -> bool:
    place = row["split"], row["class"], row["file"]
    return row["patient_key"].startswith(PATIENT_PREFIX) and place in places
