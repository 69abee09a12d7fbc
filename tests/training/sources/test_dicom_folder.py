"""DICOM files become the pixels that screening shows; patients become keyed hashes."""

import io
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from tests.training.sources.synthetic_images import pixels
from training.sources.dicom_folder import KEY_FILE, list_labelled_images, read_or_create_key
from training.sources.errors import SourceError, UnusableImage
from training.sources.source_image import Exclusion, SourceImage

_SECRET = b"a key"


def _write(folder: Path, **files: bytes) -> None:
    for name, content in files.items():
        (folder / f"{name}.dcm").write_bytes(content)


def _list_images(folder: Path, labels: str) -> list[SourceImage]:
    (folder / "labels.csv").write_text(labels)
    return list_labelled_images(folder, folder / "labels.csv", key=_SECRET)[0]


def test_pixels_are_those_that_screening_shows(tmp_path: Path) -> None:
    stored = pixels(1).astype(np.uint16) * 16
    content = encode_dicom(
        stored,
        BitsStored=12,
        HighBit=11,
        WindowCenter="2000",
        WindowWidth="1000",
        PhotometricInterpretation="MONOCHROME1",
    )
    _write(tmp_path, a=content)
    [image] = _list_images(tmp_path, "file,label\na.dcm,NORMAL\n")
    png, converted = image.convert(image.read())
    expected = decode_radiograph(content).pixels
    assert np.array_equal(converted, expected)
    with Image.open(io.BytesIO(png)) as stored_image:
        assert (stored_image.format, stored_image.mode) == ("PNG", "L")
        assert np.array_equal(np.asarray(stored_image), expected)
    # The window and the inversion both have an effect.
    assert expected[stored > 2600].max() == 0
    assert expected[stored < 1400].min() == 255


def test_the_label_file_says_the_rest(tmp_path: Path) -> None:
    _write(
        tmp_path, a=encode_dicom(pixels(1)), b=encode_dicom(pixels(2)), c=encode_dicom(pixels(3))
    )
    images = _list_images(
        tmp_path,
        "\ufefflabel,file,patient,subtype,split\n"
        "pneumonia,a.dcm,P1,Virus,train\nPNEUMONIA,b.dcm,P1,,Val\n NORMAL ,c.dcm,P2,virus,test\n",
    )
    assert [(each.source, each.label, each.subtype, each.split) for each in images] == [
        ("a.dcm", "PNEUMONIA", "virus", "train"),
        ("b.dcm", "PNEUMONIA", "pneumonia", "val"),
        ("c.dcm", "NORMAL", "normal", "test"),
    ]


def test_without_a_split_all_is_for_training(tmp_path: Path) -> None:
    _write(tmp_path, a=encode_dicom(pixels(1)))
    [image] = _list_images(tmp_path, "file,label\na.dcm,NORMAL\n")
    assert image.split == "train"


def test_a_patient_is_known_by_the_label_file_else_by_the_patient_id(tmp_path: Path) -> None:
    _write(
        tmp_path,
        a=encode_dicom(pixels(1), PatientID=" P-1"),
        b=encode_dicom(pixels(2), PatientID="P-1"),
        c=encode_dicom(pixels(3), PatientID="P-2"),
        d=encode_dicom(pixels(4), PatientID="P-2"),
    )
    images = _list_images(
        tmp_path,
        "file,label,patient\na.dcm,NORMAL,\nb.dcm,NORMAL,\nc.dcm,NORMAL,\nd.dcm,NORMAL,P-1\n",
    )
    a, b, c, d = (image.patient(image.read()) for image in images)
    assert a == b == d != c


def test_a_patients_name_is_not_in_the_key_and_does_not_give_it(tmp_path: Path) -> None:
    content = encode_dicom(pixels(1), PatientID="4711")
    _write(tmp_path, a=content)
    keys = set()
    for secret in (b"one", b"one", b"other"):
        (tmp_path / "labels.csv").write_text("file,label\na.dcm,NORMAL\n")
        [image], _ = list_labelled_images(tmp_path, tmp_path / "labels.csv", key=secret)
        keys.add(image.patient(content))
    assert len(keys) == 2
    assert not any("4711" in key for key in keys)


def test_the_secret_is_drawn_once_and_for_its_owner(tmp_path: Path) -> None:
    first = read_or_create_key(tmp_path / "data")
    assert read_or_create_key(tmp_path / "data") == first != read_or_create_key(tmp_path / "other")
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_picture_of_nobody_cannot_be_kept_apart_from_others(tmp_path: Path) -> None:
    _write(tmp_path, a=encode_dicom(pixels(1)))
    [image] = _list_images(tmp_path, "file,label\na.dcm,NORMAL\n")
    with pytest.raises(UnusableImage, match="neither the label file nor PatientID"):
        image.patient(image.read())


def test_a_file_without_a_label_is_named(tmp_path: Path) -> None:
    _write(tmp_path, a=encode_dicom(pixels(1)), b=encode_dicom(pixels(2)))
    (tmp_path / "labels.csv").write_text("file,label\na.dcm,NORMAL\n")
    _, exclusions = list_labelled_images(tmp_path, tmp_path / "labels.csv", key=_SECRET)
    assert exclusions == [Exclusion("b.dcm", "not in the label file")]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("file,class\na.dcm,NORMAL\n", r"no column named label\. Its first line"),
        ("", "no column named file and none named label"),
        ("file,label\n", "names no file"),
        ("file,label\n,NORMAL\n", "line 2: it names no file"),
        ("file,label\na.dcm,MAYBE\n", "line 2: the label 'MAYBE' is neither NORMAL nor PNEUMONIA"),
        ("file,label\na.dcm\n", "line 2: the label '' is neither"),
        ("file,label,split\na.dcm,NORMAL,dev\n", "line 2: the split 'dev' is none"),
        ("file,label,split\na.dcm,NORMAL,\n", "line 2: the split '' is none"),
        ("file,label\na.dcm,NORMAL\n./a.dcm,NORMAL\n", r"line 3: \./a\.dcm is named a second time"),
        ("file,label\na.dcm,NORMAL\nb.dcm,NORMAL\n", r"names 1 files that are not in .*: b\.dcm"),
        ("file,label\n../x/a.dcm,NORMAL\n", "names 1 files that are not in"),
    ],
)
def test_a_label_file_that_cannot_be_followed_is_refused(
    tmp_path: Path, labels: str, sentence: str
) -> None:
    folder = tmp_path / "folder"
    (tmp_path / "x").mkdir()
    folder.mkdir()
    _write(folder, a=encode_dicom(pixels(1)))
    _write(tmp_path / "x", a=encode_dicom(pixels(1)))
    with pytest.raises(SourceError, match=sentence):
        _list_images(folder, labels)


def test_names_with_accents_match_in_either_form_of_unicode(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "Müller.dcm")).write_bytes(encode_dicom(pixels(1)))
    [image] = _list_images(tmp_path, "file;label\nMüller.dcm;NORMAL\n")
    assert image.source == unicodedata.normalize("NFD", "Müller.dcm")


def test_a_label_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"file,label\n\xff\xfe")
    with pytest.raises(SourceError, match="is not in UTF-8"):
        list_labelled_images(tmp_path, tmp_path / "labels.csv", key=_SECRET)
    with pytest.raises(SourceError, match=r"none\.csv cannot be read: No such file"):
        list_labelled_images(tmp_path, tmp_path / "none.csv", key=_SECRET)
    with pytest.raises(SourceError, match="is not a folder"):
        list_labelled_images(tmp_path / "none", tmp_path / "labels.csv", key=_SECRET)
