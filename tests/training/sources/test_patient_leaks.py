"""No patient is on both sides of the test, and a picture with two labels is on none."""

import numpy as np

from training.sources.contradictory_labels import without_contradictions
from training.sources.patient_leaks import without_leaks
from training.sources.source_image import Kept, LeftOut


def _kept(
    source: str, split: str, patient: str, *, label: str = "NORMAL", sha256: str = ""
) -> Kept:
    return Kept(
        source=source,
        split=split,
        label=label,
        subtype="",
        patient=patient,
        file=source,
        bytes=0,
        sha256=sha256 or source,
        sketch=np.zeros(256, np.uint8),
    )


def _stay(*pictures: Kept, duplicates: list[int] | None = None) -> tuple[str, list[LeftOut]]:
    indices, left_out = without_leaks(pictures, duplicates or list(range(len(pictures))))
    return "".join(pictures[index].source for index in indices), left_out


def test_a_patient_in_test_is_left_out_of_train_and_val_and_named() -> None:
    stay, left_out = _stay(
        _kept("a", "train", "1"),
        _kept("b", "val", "1"),
        _kept("c", "test", "1"),
        _kept("d", "train", "2"),
    )
    assert stay == "cd"
    assert [left.source for left in left_out] == ["a", "b"]
    assert all("is in test: c" in left.reason for left in left_out)


def test_train_and_val_may_share_a_patient() -> None:
    pictures = [_kept("a", "train", "1"), _kept("b", "val", "1"), _kept("c", "test", "2")]
    assert _stay(*pictures) == ("abc", [])


def test_a_picture_nearly_as_one_in_test_is_left_out_with_all_of_its_patient() -> None:
    pictures = [
        _kept("a", "train", "1"),
        _kept("b", "train", "1"),
        _kept("c", "test", "2"),
        _kept("d", "test", "2"),
        _kept("e", "train", "3"),
    ]
    stay, left_out = _stay(*pictures, duplicates=[0, 1, 2, 0, 4])
    assert stay == "cde"
    assert [left.source for left in left_out] == ["a", "b"]


def test_the_same_bytes_under_both_labels_are_left_out_twice() -> None:
    pictures = [
        _kept("a", "train", "1", sha256="x"),
        _kept("b", "train", "2", label="PNEUMONIA", sha256="x"),
        _kept("c", "train", "3", sha256="y"),
        _kept("d", "train", "4", sha256="y"),
    ]
    consistent, left_out = without_contradictions(pictures)
    assert [each.source for each in consistent] == ["c", "d"]
    assert left_out == [
        LeftOut("a", "the same picture as b, which is labelled PNEUMONIA"),
        LeftOut("b", "the same picture as a, which is labelled NORMAL"),
    ]
