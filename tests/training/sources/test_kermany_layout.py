"""The public layout is found at any depth, and a file name gives patient and subtype."""

from functools import partial

import pytest

from training.sources.errors import SourceError, UnusableImage
from training.sources.kermany_layout import list_public_images, parse_patient_and_subtype
from training.sources.source_files import SourceFile
from training.sources.source_image import Exclusion


def _entries(**files: bytes) -> list[SourceFile]:
    return [SourceFile(name, partial(bytes, content)) for name, content in files.items()]


@pytest.mark.parametrize(
    ("name", "patient", "subtype"),
    [
        ("person12_bacteria_34", "bacteria-12", "bacteria"),
        ("person12_virus_5", "virus-12", "virus"),
        ("person447_virus_921_1", "virus-447", "virus"),
        ("IM-0115-0001", "normal-IM-0115", "normal"),
        ("IM-0115-0001-0002", "normal-IM-0115", "normal"),
        ("NORMAL2-IM-0383-0001", "normal-NORMAL2-IM-0383", "normal"),
        ("NORMAL2-IM-0383-0001-0002", "normal-NORMAL2-IM-0383", "normal"),
        ("BACTERIA-1008087-0001", "case-1008087", "bacteria"),
        ("VIRUS-1008087-0002", "case-1008087", "virus"),
        ("NORMAL-1003233-0001", "case-1003233", "normal"),
    ],
)
def test_a_name_says_patient_and_subtype(name: str, patient: str, subtype: str) -> None:
    assert parse_patient_and_subtype(name) == (patient, subtype)


@pytest.mark.parametrize("name", ["", "person12", "xperson12_virus_5", "IM-0115-0001 (1)", "scan"])
def test_a_name_that_says_nothing_is_not_guessed_at(name: str) -> None:
    with pytest.raises(UnusableImage, match="nothing of the patient"):
        parse_patient_and_subtype(name)


def test_split_and_label_are_the_folders_names() -> None:
    images, exclusions = list_public_images(
        _entries(**{"x/chest_xray/Train/Normal/IM-0115-0001.jpeg": b"picture"})
    )
    [image] = images
    assert (image.split, image.label, image.file) == ("train", "NORMAL", "IM-0115-0001.jpeg")
    assert (image.subtype, image.patient(b"")) == ("normal", "normal-IM-0115")
    assert image.read() == b"picture"
    assert exclusions == []


def test_the_second_layout_of_kaggles_archive_is_taken_once() -> None:
    name = "train/NORMAL/IM-0115-0001.jpeg"
    twice = _entries(**{f"chest_xray/chest_xray/{name}": b"a", f"chest_xray/{name}": b"a"})
    images, exclusions = list_public_images(twice)
    assert [image.source for image in images] == [f"chest_xray/{name}"]
    assert exclusions == []


def test_a_second_copy_with_other_bytes_is_named() -> None:
    name = "train/NORMAL/IM-0115-0001.jpeg"
    twice = _entries(**{f"b/b/{name}": b"other", f"b/{name}": b"a"})
    images, exclusions = list_public_images(twice)
    assert [image.read() for image in images] == [b"a"]
    assert exclusions == [Exclusion(f"b/b/{name}", f"differs from b/{name}, which is taken")]


def test_nothing_is_lost_in_silence() -> None:
    good = "test/PNEUMONIA/person1_virus_6.jpeg"
    lost = {
        "readme.txt": "not in",
        "train/COVID/IM-0001-0001.jpeg": "not in",
        "train/NORMAL/scan.jpeg": "nothing of the patient",
        "train/NORMAL/person1_virus_6.jpeg": "its name says virus, its folder NORMAL",
        "train/PNEUMONIA/IM-0001-0001.jpeg": "its name says normal, its folder PNEUMONIA",
    }
    images, exclusions = list_public_images(_entries(**dict.fromkeys([good, *lost], b"")))
    assert [image.source for image in images] == [good]
    assert {exclusion.source for exclusion in exclusions} == lost.keys()
    assert all(lost[exclusion.source] in exclusion.reason for exclusion in exclusions)


@pytest.mark.parametrize("name", ["readme.txt", "NORMAL/IM-0001-0001.jpeg", "train/NORMAL/x.jpeg"])
def test_a_source_without_pictures_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="no images of the public set"):
        list_public_images(_entries(**{name: b""}))
