"""Validation is carved out of train by patient."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from training.data.manifest import DataError, Radiograph, read_manifest
from training.data.split import DataSplit, split_by_patient
from training.recipes import DEFAULT


def _radiograph(index: int, *, split: str = "train", subtype: str = "") -> Radiograph:
    subtype = subtype or ("normal", "bacteria", "virus")[index % 3]
    return Radiograph(
        split=split,
        pneumonia=subtype != "normal",
        subtype=subtype,
        patient=f"{split}-{subtype}-{index // 6}",
        duplicates=f"group-{split}-{index}",
        path=Path(f"{split}-{index}.jpeg"),
        sha256=f"{split}-{index}",
    )


POOL = [_radiograph(index) for index in range(300)]
TEST = [_radiograph(index, split="test") for index in range(12)]


def _split(radiographs: list[Radiograph], *, limit: int | None = None) -> DataSplit:
    return split_by_patient(radiographs, share=0.2, seed=1, limit=limit)


def test_no_patient_is_on_both_sides() -> None:
    parts = _split(POOL + TEST)
    assert not {r.patient for r in parts.train} & {r.patient for r in parts.validation}


def test_who_is_like_nobody_may_say_so_with_nothing() -> None:
    alone = [replace(radiograph, duplicates="") for radiograph in POOL + TEST]
    parts, before = _split(alone), _split(POOL + TEST)
    assert len(parts.validation) == len(before.validation)


def test_each_subtype_gives_its_share() -> None:
    parts = _split(POOL + TEST)
    counts = Counter(radiograph.subtype for radiograph in parts.validation)
    assert counts == {"normal": 20, "bacteria": 20, "virus": 20}


def test_the_official_val_images_join_the_pool_and_test_stays_apart() -> None:
    moved = [replace(radiograph, split="val") for radiograph in POOL[:30]]
    parts = _split(moved + POOL[30:] + TEST)
    assert {*parts.train, *parts.validation} == {*moved, *POOL[30:]}
    assert parts.test == tuple(TEST)


@pytest.mark.parametrize("field", ["duplicates", "sha256"])
def test_near_duplicates_of_different_patients_stay_together(field: str) -> None:
    paired = [
        replace(radiograph, **{field: f"pair {radiograph.subtype} {index // 12}"})
        if index % 6 >= 3
        else radiograph
        for index, radiograph in enumerate(POOL)
    ]
    parts = _split(paired + TEST)
    sides = [{getattr(r, field) for r in part} for part in (parts.train, parts.validation)]
    assert not sides[0] & sides[1]


def test_the_same_seed_gives_the_same_split() -> None:
    assert _split(POOL + TEST) == _split(POOL + TEST)


def test_a_limit_keeps_so_many_of_each_class() -> None:
    parts = _split(POOL + TEST, limit=30)
    kept = Counter(radiograph.pneumonia for radiograph in parts.train + parts.validation)
    assert kept == {False: 30, True: 30}


def test_a_part_without_normal_radiographs_is_refused() -> None:
    with pytest.raises(DataError, match="test part needs normal and pneumonia"):
        _split(POOL + [radiograph for radiograph in TEST if radiograph.pneumonia])


@pytest.mark.data
def test_the_data_set_is_split_by_patient_and_near_duplicate(data: Path) -> None:
    parts = split_by_patient(read_manifest(data), share=DEFAULT.validation_share, seed=DEFAULT.seed)
    for key in ("patient", "duplicates", "sha256"):
        sides = [{getattr(r, key) for r in part} for part in vars(parts).values()]
        assert not sides[0] & sides[1] | sides[0] & sides[2] | sides[1] & sides[2]
    pool = len(parts.train) + len(parts.validation)
    assert pool == 5232
    assert len(parts.validation) / pool == pytest.approx(0.15, abs=0.005)
