"""Reads the labelled films of a site: a data set of `training.prepare`, or files and labels."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.csv_table import open_table
from training.data.manifest import (
    FOLDER,
    MANIFEST,
    DataError,
    Radiograph,
    radiographs_sha256,
    read_manifest,
    read_verified,
)
from training.sources.dicom_folder import list_labelled_images
from training.sources.errors import UnusableImage
from training.sources.source_image import LABELS, SPLITS, SourceImage

LABEL_FILE = "labels.csv"
ALL_SPLITS = "all"
TEST_SPLIT = "test"
SPLIT_CHOICES = (*SPLITS, ALL_SPLITS)


@dataclass(frozen=True, kw_only=True)
class FilmDetails:
    """What the data set or the label file says of a film beside its label; a text may be empty."""

    age_years: int | None = None
    sex: str = ""
    view: str = ""
    scanner: str = ""


@dataclass(frozen=True, kw_only=True)
class LabelledFilm:
    """One film of the site. `name` is its file name there.

    `read` returns the bytes and raises UnusableImage or DataError. `find_patient` returns a key of
    the patient, by the bytes; a film that names no patient is a patient of its own.
    """

    name: str
    split: str
    pneumonia: bool
    read: Callable[[], bytes]
    find_patient: Callable[[bytes], str]
    details: FilmDetails


def read_films(data: Path, *, split: str | None) -> list[LabelledFilm]:
    """Returns the films of `split`, by default those for testing. Raises DataError, SourceError.

    A folder with `labels.csv` instead of a manifest is read as it is, so that DICOM files keep what
    they say of age, view and scanner. Where its labels name no split, all of its films are tested.
    """
    if (data / FOLDER / MANIFEST).is_file():
        films = _read_prepared(data)
    elif (data / LABEL_FILE).is_file():
        films = _read_plain(data)
        if split is None and not any(film.split == TEST_SPLIT for film in films):
            split = ALL_SPLITS
    else:
        raise DataError(
            f"There are no labelled films in {data}: it has neither {FOLDER}/{MANIFEST}, which "
            f"`python -m training.prepare` makes, nor {LABEL_FILE} with the columns file and label."
        )
    return _select(films, split or TEST_SPLIT, data=data)


def describe_origin(data: Path, card: Mapping[str, Any], *, split: str) -> list[str]:
    """Returns a sentence where the model of the card was made from this very data set."""
    if not (data / FOLDER / MANIFEST).is_file():
        return []
    test = [radiograph for radiograph in read_manifest(data) if radiograph.split == TEST_SPLIT]
    if not test or radiographs_sha256(test) != card.get("data", {}).get("test_sha256"):
        return []
    if split == TEST_SPLIT:
        return ["These are the test films of the data set from which the model was made."]
    return [
        "The model was made from this data set: it has learnt from these films, so new films are "
        "answered worse."
    ]


def _select(films: Sequence[LabelledFilm], split: str, *, data: Path) -> list[LabelledFilm]:
    selection = [film for film in films if split in (film.split, ALL_SPLITS)]
    if not selection:
        hint = (
            f" If the model has learnt from none of them, test all by --split {ALL_SPLITS}."
            if split == TEST_SPLIT
            else ""
        )
        raise DataError(
            f"None of the {len(films):,} films in {data} is of the split {split}.{hint}"
        )
    labels = {film.pneumonia for film in selection}
    if len(labels) == 1:
        raise DataError(
            f"All {len(selection):,} films to test are {LABELS[labels.pop()]}. A test needs films "
            f"with both labels, {' and '.join(LABELS)}."
        )
    return selection


def _read_prepared(data: Path) -> list[LabelledFilm]:
    return [_from_manifest(radiograph) for radiograph in read_manifest(data)]


def _from_manifest(radiograph: Radiograph) -> LabelledFilm:
    return LabelledFilm(
        name=radiograph.path.name,
        split=radiograph.split,
        pneumonia=radiograph.pneumonia,
        read=lambda: read_verified(radiograph),
        find_patient=lambda _: radiograph.patient,
        details=FilmDetails(
            age_years=radiograph.age_years,
            sex=radiograph.sex,
            view=radiograph.view,
            scanner=radiograph.scanner,
        ),
    )


def _parse_details(row: Mapping[str, str]) -> FilmDetails:
    """Takes the columns of these names, where there are any. Raises ValueError for an age that is
    no number of years.
    """
    age = (row.get("age_years") or row.get("age") or "").strip().replace(",", ".")
    return FilmDetails(
        age_years=_parse_age(age) if age else None,
        sex=(row.get("sex") or "").strip(),
        view=(row.get("view") or "").strip(),
        scanner=(row.get("scanner") or "").strip(),
    )


def _parse_age(text: str) -> int:
    """Returns the full years of an age in years; a child of 11 months is 0. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,3})(\.\d+)?", text)
    if match is None:
        raise ValueError(f"the age {text!r} is no number of years; leave it empty if it is unknown")
    return int(match[1])


def _read_plain(data: Path) -> list[LabelledFilm]:
    # The patients' keys are used in this run only, so any key will do.
    images, _ = list_labelled_images(data, data / LABEL_FILE, key=secrets.token_bytes())
    reader = open_table(data / LABEL_FILE)
    details = []
    for row in reader:
        try:
            details.append(_parse_details(row))
        except ValueError as error:
            path = data / LABEL_FILE
            raise DataError(f"{path}, line {reader.line_num}: {error}.") from error
    return [_from_source(*pair) for pair in zip(images, details, strict=True)]


def _from_source(image: SourceImage, details: FilmDetails) -> LabelledFilm:
    def find_patient(content: bytes) -> str:
        try:
            return image.patient(content)
        except UnusableImage:
            return f"film {image.source}"

    return LabelledFilm(
        name=image.source,
        split=image.split,
        pneumonia=image.label == "PNEUMONIA",
        read=image.read,
        find_patient=find_patient,
        details=details,
    )
