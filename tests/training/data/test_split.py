"""The validation set takes whole patients from train."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from training.data.manifest import DataError, Radiograph, read_manifest
from training.data.split import DataSplit, hash_position, split_by_patient
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
SUBTYPES = ("normal", "virus")
TEST = [_radiograph(index, split="test") for index in range(12)]


def _split(radiographs: list[Radiograph], *, max_images: int | None = None) -> DataSplit:
    return split_by_patient(radiographs, share=0.2, max_images=max_images)


def test_no_patient_is_on_both_sides() -> None:
    split = _split(POOL + TEST)
    assert not {r.patient for r in split.train} & {r.patient for r in split.validation}


def test_who_is_like_nobody_may_say_so_with_nothing() -> None:
    unique = [replace(radiograph, duplicate_group="") for radiograph in POOL + TEST]
    split, before = _split(unique), _split(POOL + TEST)
    assert len(split.validation) == len(before.validation)


def test_about_the_share_of_the_patients_is_in_validation() -> None:
    patients = [f"patient {number}" for number in range(10_000)]
    count = sum(hash_position(patient) < 0.15 for patient in patients)
    # Three standard deviations of a binomial distribution.
    assert count == pytest.approx(1_500, abs=107)


def test_a_patient_stays_on_its_side_when_the_data_set_grows_or_shrinks() -> None:
    before = {r.patient for r in _split(POOL + TEST).validation}
    for radiographs in (POOL[::2], [*POOL, *(_radiograph(index) for index in range(300, 900))]):
        patients = {radiograph.patient for radiograph in radiographs}
        after = {r.patient for r in _split([*radiographs, *TEST]).validation}
        assert after & before == before & patients
        assert not (after - before) & {radiograph.patient for radiograph in POOL}


def test_a_small_data_set_has_both_classes_in_validation() -> None:
    split = split_by_patient(POOL[:12] + TEST, share=0.001)
    assert {radiograph.pneumonia for radiograph in split.validation} == {False, True}
    assert len({radiograph.patient for radiograph in split.validation}) == 2


@pytest.mark.parametrize("share", [0.0001, 0.9999])
def test_two_patients_of_a_class_are_one_on_each_side(share: float) -> None:
    pool = [_radiograph(index, subtype=subtype) for index in (0, 6) for subtype in SUBTYPES]
    split = split_by_patient(pool + TEST, share=share)
    for members in (split.train, split.validation):
        assert Counter(radiograph.pneumonia for radiograph in members) == {True: 1, False: 1}


def test_the_official_val_images_join_the_pool_and_test_stays_apart() -> None:
    moved = [replace(radiograph, split="val") for radiograph in POOL[:30]]
    split = _split(moved + POOL[30:] + TEST)
    assert {*split.train, *split.validation} == {*moved, *POOL[30:]}
    assert split.test == tuple(TEST)


@pytest.mark.parametrize("field", ["duplicate_group", "sha256"])
def test_a_near_duplicate_of_a_validation_image_is_left_out_of_train(field: str) -> None:
    split = _split(POOL + TEST)
    original, copy, kept = split.validation[0], split.train[0], split.train[1]
    twins = [_with(r, field, "the same") if r in (original, copy) else r for r in POOL]
    after = _split(twins + TEST)
    assert len(after.train) == len(split.train) - 1
    assert copy.path not in {r.path for r in after.train}
    assert kept in after.train
    assert original.path in {r.path for r in after.validation}


def test_a_limit_keeps_so_many_of_each_class() -> None:
    split = _split(POOL + TEST, max_images=30)
    counts = Counter(radiograph.pneumonia for radiograph in split.train + split.validation)
    assert counts == {False: 30, True: 30}


def test_a_part_without_normal_radiographs_is_refused() -> None:
    with pytest.raises(DataError, match="test set needs both normal and pneumonia"):
        _split(POOL + [radiograph for radiograph in TEST if radiograph.pneumonia])


@pytest.mark.data
def test_the_data_set_is_split_by_patient_and_near_duplicate(data: Path) -> None:
    split = split_by_patient(read_manifest(data), share=DEFAULT.validation_share)
    for key in ("patient", "duplicate_group", "sha256"):
        sides = [{getattr(r, key) for r in members} for members in vars(split).values()]
        assert not sides[0] & sides[1] | sides[0] & sides[2] | sides[1] & sides[2]
    pool = len(split.train) + len(split.validation)
    assert pool == 5232
    assert len(split.validation) / pool == pytest.approx(0.15, abs=0.01)
