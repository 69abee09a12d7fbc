"""The validation split: carved out of train by patient, so that no patient is on both sides."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from training.data.manifest import DataError, Radiograph


@dataclass(frozen=True)
class DataSplit:
    """Train and validation from the official train and val; `test` is used once, at the end."""

    train: tuple[Radiograph, ...]
    validation: tuple[Radiograph, ...]
    test: tuple[Radiograph, ...]


def split_by_patient(
    radiographs: Sequence[Radiograph], *, share: float, seed: int, limit: int | None = None
) -> DataSplit:
    """About `share` of each subtype's radiographs go to validation, whole patients at a time.

    The 16 official val images are too few to choose anything on, so they join the pool. Radiographs
    of one patient or of one group of near-duplicates are never parted. `limit` keeps the first so
    many of each class in the pool and in test. DataError when a part lacks one of the two classes.
    """
    pool = _first([r for r in radiographs if r.split in ("train", "val")], limit)
    test = _first([r for r in radiographs if r.split == "test"], limit)
    chosen: set[Radiograph] = set()
    rng = np.random.default_rng(seed)
    by_subtype: defaultdict[str, list[list[Radiograph]]] = defaultdict(list)
    for group in _inseparable(pool):
        by_subtype[group[0].subtype].append(group)
    for _, groups in sorted(by_subtype.items()):
        wanted = share * sum(len(group) for group in groups)
        taken = 0
        for index in rng.permutation(len(groups)):
            if taken >= wanted:
                break
            chosen.update(groups[index])
            taken += len(groups[index])
    parts = DataSplit(
        train=tuple(r for r in pool if r not in chosen),
        validation=tuple(r for r in pool if r in chosen),
        test=tuple(test),
    )
    tested = {key for radiograph in test for key in _keys(radiograph)}
    if any(key in tested for radiograph in pool for key in _keys(radiograph)):
        raise DataError("A patient, or a picture, of the test part is among the others, too.")
    for name, part in vars(parts).items():
        if len({r.pneumonia for r in part}) < 2:
            raise DataError(f"The {name} part needs normal and pneumonia radiographs, both.")
    return parts


def _first(radiographs: list[Radiograph], limit: int | None) -> list[Radiograph]:
    if limit is None:
        return radiographs
    kept = [[r for r in radiographs if r.pneumonia is label][:limit] for label in (False, True)]
    return kept[0] + kept[1]


def _inseparable(radiographs: Iterable[Radiograph]) -> list[list[Radiograph]]:
    """Groups joined by patient, near-duplicates or equal bytes, in order of first sight."""
    groups: dict[str, list[Radiograph]] = {}
    for radiograph in radiographs:
        keys = _keys(radiograph)
        touched = {id(groups[key]): groups[key] for key in keys if key in groups}
        home, *others = [*touched.values()] or [[]]
        for other in others:
            home.extend(other)
            groups.update({key: home for key, group in groups.items() if group is other})
        home.append(radiograph)
        groups.update(dict.fromkeys(keys, home))
    return list({id(group): group for group in groups.values()}.values())


def _keys(radiograph: Radiograph) -> tuple[str, ...]:
    """What no two parts may have in common. Who is like nobody may leave the column empty."""
    duplicates = (f"duplicates {radiograph.duplicates}",) if radiograph.duplicates else ()
    return (f"patient {radiograph.patient}", f"bytes {radiograph.sha256}", *duplicates)
