"""The validation set takes whole patients from train."""

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
        duplicate_group=f"group-{split}-{index}",
        path=Path(f"{split}-{index}.jpeg"),
        sha256=f"{split}-{index}",
    )


def _with(radiograph: Radiograph, field: str, value: str) -> Radiograph:
    if field == "sha256":
        return replace(radiograph, sha256=value)
    return replace(radiograph, duplicate_group=value)


POOL = [_radiograph(index) for index in range(300)]
TEST = [_radiograph(index, split="test") for index in range(12)]


def _split(radiographs: list[Radiograph], *, max_images: int | None = None) -> DataSplit:
    return split_by_patient(radiographs, share=0.2, seed=1, max_images=max_images)


def test_no_patient_is_on_both_sides() -> None:
    split = _split(POOL + TEST)
    assert not {r.patient for r in split.train} & {r.patient for r in split.validation}


def test_who_is_like_nobody_may_say_so_with_nothing() -> None:
    unique = [replace(radiograph, duplicate_group="") for radiograph in POOL + TEST]
    split, before = _split(unique), _split(POOL + TEST)
    assert len(split.validation) == len(before.validation)


def test_each_subtype_gives_its_share() -> None:
    split = _split(POOL + TEST)
    counts = Counter(radiograph.subtype for radiograph in split.validation)
    assert counts == {"normal": 20, "bacteria": 20, "virus": 20}


def test_the_official_val_images_join_the_pool_and_test_stays_apart() -> None:
    moved = [replace(radiograph, split="val") for radiograph in POOL[:30]]
    split = _split(moved + POOL[30:] + TEST)
    assert {*split.train, *split.validation} == {*moved, *POOL[30:]}
    assert split.test == tuple(TEST)


@pytest.mark.parametrize("field", ["duplicate_group", "sha256"])
def test_near_duplicates_of_different_patients_stay_together(field: str) -> None:
    paired = [
        _with(radiograph, field, f"pair {radiograph.subtype} {index // 12}")
        if index % 6 >= 3
        else radiograph
        for index, radiograph in enumerate(POOL)
    ]
    split = _split(paired + TEST)
    sides = [{getattr(r, field) for r in members} for members in (split.train, split.validation)]
    assert not sides[0] & sides[1]


def test_the_same_seed_gives_the_same_split() -> None:
    assert _split(POOL + TEST) == _split(POOL + TEST)


def test_a_limit_keeps_so_many_of_each_class() -> None:
    split = _split(POOL + TEST, max_images=30)
    counts = Counter(radiograph.pneumonia for radiograph in split.train + split.validation)
    assert counts == {False: 30, True: 30}


def test_a_part_without_normal_radiographs_is_refused() -> None:
    with pytest.raises(DataError, match="test set needs both normal and pneumonia"):
        _split(POOL + [radiograph for radiograph in TEST if radiograph.pneumonia])


@pytest.mark.data
def test_the_data_set_is_split_by_patient_and_near_duplicate(data: Path) -> None:
    split = split_by_patient(read_manifest(data), share=DEFAULT.validation_share, seed=DEFAULT.seed)
    for key in ("patient", "duplicate_group", "sha256"):
        sides = [{getattr(r, key) for r in members} for members in vars(split).values()]
        assert not sides[0] & sides[1] | sides[0] & sides[2] | sides[1] & sides[2]
    pool = len(split.train) + len(split.validation)
    assert pool == 5232
    assert len(split.validation) / pool == pytest.approx(0.15, abs=0.005)
