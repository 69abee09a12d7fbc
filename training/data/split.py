"""Splits the data set into train, validation and test, with every patient in one of them only."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from training.data.manifest import DataError, Radiograph
from training.recipe import Recipe

# The key of the hash that assigns a patient. It is public; another key is another split.
_KEY = b"chest-xray-validation-1"


@dataclass(frozen=True)
class DataSplit:
    """Train and validation come from the official train and val; test is the official test."""

    train: tuple[Radiograph, ...]
    validation: tuple[Radiograph, ...]
    test: tuple[Radiograph, ...]


def split_for_recipe(recipe: Recipe, radiographs: Sequence[Radiograph]) -> DataSplit:
    """Splits by the recipe's validation share and number of images."""
    return split_by_patient(
        radiographs, share=recipe.validation_share, max_images=recipe.max_images
    )


def split_by_patient(
    radiographs: Sequence[Radiograph], *, share: float, max_images: int | None = None
) -> DataSplit:
    """Assigns about `share` of the patients to validation, by a keyed hash of the patient alone.

    A patient therefore stays on its side when the data set grows or shrinks, and for every seed.
    If a small data set then has all patients of a class on one side, the first by hash is in
    validation, and the last in train.
    The 16 official val images are too few for any choice, so they join the official train images.
    An image of train that is also in validation, or nearly so, under another patient is left out.
    `max_images` keeps the first of each class, in train with validation and in test. Raises
    DataError if a set lacks one of the two classes, or if the test set shares a patient or an image
    with the rest.
    """
    pool = _first([r for r in radiographs if r.split in ("train", "val")], max_images)
    test = _first([r for r in radiographs if r.split == "test"], max_images)
    patients = _validation_patients(pool, share=share)
    validation = [radiograph for radiograph in pool if radiograph.patient in patients]
    validation_keys = {key for radiograph in validation for key in _keys(radiograph)}
    split = DataSplit(
        train=tuple(r for r in pool if validation_keys.isdisjoint(_keys(r))),
        validation=tuple(validation),
        test=tuple(test),
    )
    _check_test_set(test, pool)
    for name, members in vars(split).items():
        if len({r.pneumonia for r in members}) < 2:
            raise DataError(f"The {name} set needs both normal and pneumonia radiographs.")
    return split


def _check_test_set(test: Sequence[Radiograph], pool: Sequence[Radiograph]) -> None:
    """Raises DataError if the test set shares a patient or an image with the rest."""
    owners = {key: radiograph for radiograph in test for key in _keys(radiograph)}
    pairs = [(r, owners[key]) for r in pool for key in _keys(r) if key in owners]
    if pairs:
        radiograph, other = pairs[0]
        raise DataError(
            "A patient or an image of the test set is also in train or val: "
            f"{radiograph.path.name} of {radiograph.split} and {other.path.name} of the test set "
            f"are the first of {len({each.path for each, _ in pairs}):,}. Put all films of a "
            "patient, and all copies of an image, on one side."
        )


def hash_position(patient: str) -> float:
    """Returns a number from 0 to 1: the first 64 bits of the patient's keyed hash (HMAC-SHA256)."""
    digest = hmac.digest(_KEY, patient.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") / 2**64


def _validation_patients(pool: Sequence[Radiograph], *, share: float) -> set[str]:
    positions = {radiograph.patient: hash_position(radiograph.patient) for radiograph in pool}
    patients = {patient for patient, position in positions.items() if position < share}
    for pneumonia in (False, True):
        members = {radiograph.patient for radiograph in pool if radiograph.pneumonia == pneumonia}
        if members and patients.isdisjoint(members):
            patients.add(min(members, key=positions.__getitem__))
        elif len(members) > 1 and members <= patients:
            patients.remove(max(members, key=positions.__getitem__))
    return patients


def _first(radiographs: list[Radiograph], max_images: int | None) -> list[Radiograph]:
    if max_images is None:
        return radiographs
    normal = [r for r in radiographs if not r.pneumonia]
    pneumonia = [r for r in radiographs if r.pneumonia]
    return normal[:max_images] + pneumonia[:max_images]


def _keys(radiograph: Radiograph) -> tuple[str, ...]:
    """Returns what two sets must not share; the near-duplicate group may be empty."""
    group = radiograph.duplicate_group
    duplicates = (f"duplicates {group}",) if group else ()
    return (f"patient {radiograph.patient}", f"bytes {radiograph.sha256}", *duplicates)
