"""The public layout is found wherever it begins, and a file's name says whose it is."""

import pytest

from training.sources.errors import SourceError, UnusableImage
from training.sources.kermany_layout import list_public_images, patient_and_subtype
from training.sources.source_files import SourceFile
from training.sources.source_image import Exclusion


def _entries(**files: bytes) -> list[SourceFile]:
    return [SourceFile(name, lambda content=content: content) for name, content in files.items()]


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
    assert patient_and_subtype(name) == (patient, subtype)


@pytest.mark.parametrize("name", ["", "person12", "xperson12_virus_5", "IM-0115-0001 (1)", "scan"])
def test_a_name_that_says_nothing_is_not_guessed_at(name: str) -> None:
    with pytest.raises(UnusableImage, match="nothing of the patient"):
        patient_and_subtype(name)


def test_split_and_label_are_the_folders_names() -> None:
    pictures, exclusions = list_public_images(
        _entries(**{"x/chest_xray/Train/Normal/IM-0115-0001.jpeg": b"picture"})
    )
    [picture] = pictures
    assert (picture.split, picture.label, picture.file) == ("train", "NORMAL", "IM-0115-0001.jpeg")
    assert (picture.subtype, picture.patient(b"")) == ("normal", "normal-IM-0115")
    assert picture.read() == b"picture"
    assert exclusions == []


def test_the_second_layout_of_kaggles_archive_is_taken_once() -> None:
    name = "train/NORMAL/IM-0115-0001.jpeg"
    twice = _entries(**{f"chest_xray/chest_xray/{name}": b"a", f"chest_xray/{name}": b"a"})
    pictures, exclusions = list_public_images(twice)
    assert [picture.source for picture in pictures] == [f"chest_xray/{name}"]
    assert exclusions == []


def test_a_second_copy_with_other_bytes_is_named() -> None:
    name = "train/NORMAL/IM-0115-0001.jpeg"
    twice = _entries(**{f"b/b/{name}": b"other", f"b/{name}": b"a"})
    pictures, exclusions = list_public_images(twice)
    assert [picture.read() for picture in pictures] == [b"a"]
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
    pictures, exclusions = list_public_images(_entries(**dict.fromkeys([good, *lost], b"")))
    assert [picture.source for picture in pictures] == [good]
    assert {left.source for left in exclusions} == lost.keys()
    assert all(lost[left.source] in left.reason for left in exclusions)


@pytest.mark.parametrize("name", ["readme.txt", "NORMAL/IM-0001-0001.jpeg", "train/NORMAL/x.jpeg"])
def test_a_source_without_pictures_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match="no pictures of the public set"):
        list_public_images(_entries(**{name: b""}))
