"""No patient of the test set is in train, and an image with two labels is in no set."""

import numpy as np

from training.sources.contradictory_labels import remove_contradictions
from training.sources.patient_leaks import remove_leaks
from training.sources.source_image import Exclusion, StoredImage


def _image(
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


def _remove_leaks(
    *images: StoredImage, duplicates: list[int] | None = None
) -> tuple[str, list[Exclusion]]:
    indices, exclusions = remove_leaks(images, duplicates or list(range(len(images))))
    return "".join(images[index].source for index in indices), exclusions


def test_a_patient_in_test_is_left_out_of_train_and_val_and_named() -> None:
    sources, exclusions = _remove_leaks(
        _image("a", "train", "1"),
        _image("b", "val", "1"),
        _image("c", "test", "1"),
        _image("d", "train", "2"),
    )
    assert sources == "cd"
    assert [exclusion.source for exclusion in exclusions] == ["a", "b"]
    assert all("is in test: c" in exclusion.reason for exclusion in exclusions)


def test_train_and_val_may_share_a_patient() -> None:
    images = [_image("a", "train", "1"), _image("b", "val", "1"), _image("c", "test", "2")]
    assert _remove_leaks(*images) == ("abc", [])


def test_a_picture_nearly_as_one_in_test_is_left_out_with_all_of_its_patient() -> None:
    images = [
        _image("a", "train", "1"),
        _image("b", "train", "1"),
        _image("c", "test", "2"),
        _image("d", "test", "2"),
        _image("e", "train", "3"),
    ]
    sources, exclusions = _remove_leaks(*images, duplicates=[0, 1, 2, 0, 4])
    assert sources == "cde"
    assert [exclusion.source for exclusion in exclusions] == ["a", "b"]


def test_the_same_bytes_under_both_labels_are_left_out_twice() -> None:
    images = [
        _image("a", "train", "1", sha256="x"),
        _image("b", "train", "2", label="PNEUMONIA", sha256="x"),
        _image("c", "train", "3", sha256="y"),
        _image("d", "train", "4", sha256="y"),
    ]
    consistent, exclusions = remove_contradictions(images)
    assert [image.source for image in consistent] == ["c", "d"]
    assert exclusions == [
        Exclusion("a", "the same image as b, which is labelled PNEUMONIA"),
        Exclusion("b", "the same image as a, which is labelled NORMAL"),
    ]
