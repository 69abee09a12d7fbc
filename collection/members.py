"""The collected films as images of the data set, and the provenance of those that are in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from collection.base_data import build_stored_image
from collection.candidates import Candidate
from collection.originals import FetchedFilm
from collection.snapshot import Provenance, read_rows
from collection.stage_secret import PATIENT_PREFIX, StageSecret
from contracts.record import Record
from training.sources.source_image import Acquisition, SourceImage


def build_image(film: FetchedFilm, secret: StageSecret) -> SourceImage:
    split, label, file = _find_place(film, secret)
    return build_stored_image(
        film.pixels.path,
        source=film.candidate.record.radiograph_id,
        split=split,
        label=label,
        subtype=label.lower(),
        patient=film.pixels.patient,
        file=file,
        acquisition=_describe_acquisition(film.candidate.record),
    )


def _describe_acquisition(record: Record) -> Acquisition:
    """Sex and study date are part of the identity, which is not read."""
    return Acquisition(
        age_years=_text(record.age_years),
        view=_text(record.image.view if record.image else None),
        scanner=" ".join(filter(None, (record.manufacturer, record.scanner_model))),
    )


def _find_place(film: FetchedFilm, secret: StageSecret) -> tuple[str, str, str]:
    """The split, the label and the name of a film in the data set."""
    split = "test" if secret.is_withheld(film.pixels.patient) else "train"
    label = "PNEUMONIA" if film.candidate.label.has_pneumonia else "NORMAL"
    return split, label, f"{str(film.candidate.record.sha256)[:16]}.png"


def describe_members(
    films: Sequence[FetchedFilm], secret: StageSecret, out: Path
) -> list[Provenance]:
    """The films that the manifest names, in its order."""
    by_place: dict[tuple[str, str, str], FetchedFilm] = {}
    for film in films:
        by_place.setdefault(_find_place(film, secret), film)
    return [
        _describe(by_place[row["split"], row["class"], row["file"]], row, secret)
        for row in read_rows(out)[1]
        if row["patient_key"].startswith(PATIENT_PREFIX)
    ]


def _describe(film: FetchedFilm, row: dict[str, str], secret: StageSecret) -> Provenance:
    candidate: Candidate = film.candidate
    record, label = candidate.record, candidate.label
    reading = "blind" if label.is_blind else "open" if label.readers else ""
    return Provenance(
        split=row["split"],
        label=row["class"],
        file=row["file"],
        sha256=row["sha256"],
        radiograph=record.radiograph_id,
        original_sha256=_text(record.sha256),
        patient=film.pixels.patient,
        is_identified="yes" if film.pixels.is_identified else "no",
        site=record.site,
        label_source=label.source.value,
        reading=reading,
        readers=" ".join(map(secret.hash_reader, label.readers)),
        outcomes=" ".join(f"{each.source}={each.observed_on}" for each in record.outcomes),
        label_at=label.at,
        answered_at=_text(record.answered_at),
        model_version=record.answer.model_version if record.answer else "",
        settings_version=_text(candidate.settings_version),
        age_years=_text(record.age_years),
        view=_text(record.image.view if record.image else None),
        manufacturer=_text(record.manufacturer),
        scanner_model=_text(record.scanner_model),
        facts=str(record.sequence),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
