"""Splits the data set into train, validation and test, with every patient in one of them only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from training.data.manifest import DataError, Radiograph
from training.recipe import Recipe


@dataclass(frozen=True)
class DataSplit:
    """Train and validation come from the official train and val; test is the official test."""

    train: tuple[Radiograph, ...]
    validation: tuple[Radiograph, ...]
    test: tuple[Radiograph, ...]


def split_for_recipe(recipe: Recipe, radiographs: Sequence[Radiograph]) -> DataSplit:
    """Splits by the recipe's validation share, seed and number of images."""
    return split_by_patient(
        radiographs,
        share=recipe.validation_share,
        seed=recipe.seed,
        max_images=recipe.max_images,
    )


def split_by_patient(
    radiographs: Sequence[Radiograph], *, share: float, seed: int, max_images: int | None = None
) -> DataSplit:
    """Moves about `share` of each subtype's radiographs to validation, whole patients at a time.

    The 16 official val images are too few for any choice, so they join the official train images.
    Radiographs of one patient or one group of near-duplicates stay together. `max_images` keeps the
    first of each class, in train with validation and in test. Raises DataError if a set lacks one
    of the two classes, or if the test set shares a patient or an image with the rest.
    """
    pool = _first([r for r in radiographs if r.split in ("train", "val")], max_images)
    test = _first([r for r in radiographs if r.split == "test"], max_images)
    validation = _draw_validation(pool, share=share, seed=seed)
    split = DataSplit(
        train=tuple(r for r in pool if r not in validation),
        validation=tuple(r for r in pool if r in validation),
        test=tuple(test),
    )
    test_keys = {key for radiograph in test for key in _keys(radiograph)}
    if any(key in test_keys for radiograph in pool for key in _keys(radiograph)):
        raise DataError("A patient or an image of the test set is also in train or val.")
    for name, members in vars(split).items():
        if len({r.pneumonia for r in members}) < 2:
            raise DataError(f"The {name} set needs both normal and pneumonia radiographs.")
    return split


def _draw_validation(pool: Iterable[Radiograph], *, share: float, seed: int) -> set[Radiograph]:
    rng = np.random.default_rng(seed)
    by_subtype: defaultdict[str, list[list[Radiograph]]] = defaultdict(list)
    for group in _inseparable_groups(pool):
        by_subtype[group[0].subtype].append(group)
    validation: set[Radiograph] = set()
    for _, groups in sorted(by_subtype.items()):
        target = share * sum(len(group) for group in groups)
        count = 0
        for index in rng.permutation(len(groups)):
            if count >= target:
                break
            validation.update(groups[index])
            count += len(groups[index])
    return validation


def _first(radiographs: list[Radiograph], max_images: int | None) -> list[Radiograph]:
    if max_images is None:
        return radiographs
    normal = [r for r in radiographs if not r.pneumonia]
    pneumonia = [r for r in radiographs if r.pneumonia]
    return normal[:max_images] + pneumonia[:max_images]


def _inseparable_groups(radiographs: Iterable[Radiograph]) -> list[list[Radiograph]]:
    """Joins radiographs of one patient, near-duplicate group or hash, in order of appearance."""
    groups: dict[str, list[Radiograph]] = {}
    for radiograph in radiographs:
        keys = _keys(radiograph)
        matches = {id(groups[key]): groups[key] for key in keys if key in groups}
        home, *rest = [*matches.values()] or [[]]
        for other in rest:
            home.extend(other)
            groups.update({key: home for key, group in groups.items() if group is other})
        home.append(radiograph)
        groups.update(dict.fromkeys(keys, home))
    return list({id(group): group for group in groups.values()}.values())


def _keys(radiograph: Radiograph) -> tuple[str, ...]:
    """Returns what two sets must not share; the near-duplicate group may be empty."""
    group = radiograph.duplicate_group
    duplicates = (f"duplicates {group}",) if group else ()
    return (f"patient {radiograph.patient}", f"bytes {radiograph.sha256}", *duplicates)
