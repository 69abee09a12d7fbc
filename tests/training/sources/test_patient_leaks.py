"""No patient is on both sides of the test, and a picture with two labels is on none."""

import numpy as np

from training.sources.contradictory_labels import remove_contradictions
from training.sources.patient_leaks import remove_leaks
from training.sources.source_image import Exclusion, StoredImage


def _kept(
    source: str, split: str, patient: str, *, label: str = "NORMAL", sha256: str = ""
) -> StoredImage:
    return StoredImage(
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


def _stay(
    *pictures: StoredImage, duplicates: list[int] | None = None
) -> tuple[str, list[Exclusion]]:
    indices, exclusions = remove_leaks(pictures, duplicates or list(range(len(pictures))))
    return "".join(pictures[index].source for index in indices), exclusions


def test_a_patient_in_test_is_left_out_of_train_and_val_and_named() -> None:
    stay, exclusions = _stay(
        _kept("a", "train", "1"),
        _kept("b", "val", "1"),
        _kept("c", "test", "1"),
        _kept("d", "train", "2"),
    )
    assert stay == "cd"
    assert [left.source for left in exclusions] == ["a", "b"]
    assert all("is in test: c" in left.reason for left in exclusions)


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
    stay, exclusions = _stay(*pictures, duplicates=[0, 1, 2, 0, 4])
    assert stay == "cde"
    assert [left.source for left in exclusions] == ["a", "b"]


def test_the_same_bytes_under_both_labels_are_left_out_twice() -> None:
    pictures = [
        _kept("a", "train", "1", sha256="x"),
        _kept("b", "train", "2", label="PNEUMONIA", sha256="x"),
        _kept("c", "train", "3", sha256="y"),
        _kept("d", "train", "4", sha256="y"),
    ]
    consistent, exclusions = remove_contradictions(pictures)
    assert [each.source for each in consistent] == ["c", "d"]
    assert exclusions == [
        Exclusion("a", "the same picture as b, which is labelled PNEUMONIA"),
        Exclusion("b", "the same picture as a, which is labelled NORMAL"),
    ]
