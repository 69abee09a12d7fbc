"""Which films of a site are tested, and what is known of them."""

from pathlib import Path

import pytest

from tests.training.acceptance.drawn_site import write_labels
from training.acceptance.films import FilmDetails, describe_origin, read_films
from training.data.manifest import DataError, radiographs_sha256, read_manifest


def test_of_a_prepared_set_the_test_films_are_read(drawn_data: Path) -> None:
    films = read_films(drawn_data, split=None)
    assert {film.split for film in films} == {"test"}
    assert len(films) == 12
    assert len(read_films(drawn_data, split="all")) == 60
    [first, *_] = films
    assert first.find_patient(first.read()) == "patient-24"


def test_of_labels_without_a_split_all_films_are_read(site: Path) -> None:
    films = {film.name: film for film in read_films(site, split=None)}
    assert len(films) == 14
    assert films["ramp.png"].details == FilmDetails(age_years=4, sex="M", view="PA")
    assert films["normal-0.dcm"].details == FilmDetails()


def test_films_of_one_dicom_patient_have_one_key(site: Path) -> None:
    films = {film.name: film for film in read_films(site, split=None)}
    keys = [
        films[f"normal-{n}.dcm"].find_patient(films[f"normal-{n}.dcm"].read()) for n in (0, 1, 2)
    ]
    assert keys[0] == keys[1] != keys[2]


def test_a_film_that_names_no_patient_is_one_of_its_own(site: Path, tmp_path: Path) -> None:
    for name, label in (("a.png", "NORMAL"), ("b.png", "PNEUMONIA")):
        (tmp_path / name).write_bytes((site / "ramp.png").read_bytes())
        write_labels(tmp_path, [("a.png", "NORMAL"), ("b.png", label)])
    patients = {film.find_patient(film.read()) for film in read_films(tmp_path, split=None)}
    assert patients == {"film a.png", "film b.png"}


def test_the_full_years_of_an_age_count_and_another_text_is_refused(
    site: Path, tmp_path: Path
) -> None:
    names = {"a.png": "NORMAL", "b.png": "PNEUMONIA"}
    for name in names:
        (tmp_path / name).write_bytes((site / "ramp.png").read_bytes())
    lines = ["file;label;age", "a.png;NORMAL;0,9", "b.png;PNEUMONIA;4.5"]
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    ages = [film.details.age_years for film in read_films(tmp_path, split=None)]
    assert ages == [0, 4]
    (tmp_path / "labels.csv").write_text("\n".join(lines).replace("4.5", "9 months"))
    with pytest.raises(DataError, match=r"line 3: the age '9 months' is no number of years"):
        read_films(tmp_path, split=None)


def test_a_split_without_films_is_named(site: Path) -> None:
    with pytest.raises(DataError, match=r"None of the 14 films .* the split test.*--split all"):
        read_films(site, split="test")


def test_films_of_one_label_are_refused(site: Path, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes((site / "ramp.png").read_bytes())
    write_labels(tmp_path, [("a.png", "NORMAL", "p")])
    with pytest.raises(DataError, match="All 1 films to test are NORMAL"):
        read_films(tmp_path, split=None)


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no labelled films .* neither .* nor labels\.csv"):
        read_films(tmp_path, split=None)


def test_another_file_than_the_manifest_describes_is_refused(
    drawn_data: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "chest_xray_224"
    folder.mkdir()
    for path in (drawn_data / "chest_xray_224").iterdir():
        (folder / path.name).symlink_to(path)
    film = read_films(tmp_path, split=None)[0]
    manifest = (folder / "manifest.csv").read_text()
    (folder / "manifest.csv").unlink()
    (folder / "manifest.csv").write_text(manifest.replace(_sha256(film.read()), "0" * 64))
    with pytest.raises(DataError, match="another file than the manifest"):
        read_films(tmp_path, split=None)[0].read()


def test_a_model_of_the_same_data_set_is_noted(drawn_data: Path, site: Path) -> None:
    test = [each for each in read_manifest(drawn_data) if each.split == "test"]
    card = {"data": {"test_sha256": radiographs_sha256(test)}}
    assert "has learnt from these films" in describe_origin(drawn_data, card, split="all")[0]
    assert "are the test films" in describe_origin(drawn_data, card, split="test")[0]
    assert describe_origin(drawn_data, {}, split="all") == []
    assert describe_origin(site, card, split="all") == []


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()
