"""Own data with file and label alone get a test set, and nobody moves when the data change."""

import csv
from pathlib import Path

import pytest

from phantoms.file_formats import encode_dicom
from tests.training.sources.preparation import (
    STATEMENT,
    read_exclusions,
    read_manifest_rows,
    run_prepare,
)
from tests.training.sources.synthetic_images import pixels
from training.data.manifest import FOLDER, read_manifest
from training.data.split import split_by_patient
from training.sources.dicom_folder import KEY_FILE
from training.sources.errors import SourceError

PATIENTS = 40


@pytest.fixture(scope="module")
def dicom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films of each patient, one a year after the other; every second patient is ill."""
    folder = tmp_path_factory.mktemp("dicom")
    for patient in range(PATIENTS):
        for film in (0, 1):
            content = encode_dicom(
                pixels(2 * patient + film),
                PatientID=f"MRN-{patient}",
                StudyDate=f"{2020 + film}{1 + patient // 4:02}15",
            )
            (folder / f"{patient}-{film}.dcm").write_bytes(content)
    return folder


def _prepare(dicom: Path, data: Path, *options: str, patients: int = PATIENTS) -> None:
    labels = data.parent / f"labels-{patients}.csv"
    with labels.open("w", newline="") as lines:
        rows = [
            (f"{patient}-{film}.dcm", ("NORMAL", "PNEUMONIA")[patient % 2])
            for patient in range(patients)
            for film in (0, 1)
        ]
        csv.writer(lines).writerows([("file", "label"), *rows])
    run_prepare("dicom", dicom, "--labels", labels, "--out", data, *STATEMENT, *options)


def _sides(data: Path) -> dict[str, str]:
    """The set of each patient, as a run splits them."""
    split = split_by_patient(read_manifest(data), share=0.15)
    return {
        radiograph.patient: name
        for name, radiographs in vars(split).items()
        for radiograph in radiographs
    }


def test_growing_or_shrinking_own_data_moves_no_patient(dicom: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    # With another key, so few patients may all be on one side, and then one of them moves.
    (data / KEY_FILE).write_text("a key")
    _prepare(dicom, data, "--test-share", "0.3")
    all_sides = _sides(data)
    assert len(all_sides) == PATIENTS
    assert {*all_sides.values()} == {"train", "validation", "test"}
    for patients in (30, 36, 34):
        _prepare(dicom, data, "--test-share", "0.3", patients=patients)
        sides = _sides(data)
        assert len(sides) == patients
        assert sides.items() <= all_sides.items()


def test_both_films_of_a_patient_are_in_one_set(dicom: Path, tmp_path: Path) -> None:
    _prepare(dicom, tmp_path / "data", "--test-share", "0.3")
    rows = read_manifest_rows(tmp_path / "data")
    test = {row["patient_key"] for row in rows if row["split"] == "test"}
    assert len(rows) == 2 * PATIENTS
    # Three standard deviations of a binomial distribution.
    assert 3 <= len(test) <= 21
    assert all((row["split"] == "test") == (row["patient_key"] in test) for row in rows)


def test_a_larger_share_leaves_no_film_in_the_folder_of_its_earlier_set(
    dicom: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    _prepare(dicom, data, "--test-share", "0.2")
    _prepare(dicom, data, "--test-share", "0.6")
    radiographs = read_manifest(data)
    assert {*(data / FOLDER).glob("*/*/*")} == {radiograph.path for radiograph in radiographs}


def test_studies_from_a_date_on_are_the_test_set(dicom: Path, tmp_path: Path) -> None:
    _prepare(dicom, tmp_path / "data", "--test-from", "2021-06-01")
    rows = read_manifest_rows(tmp_path / "data")
    # Each patient has a film of 2020 too; those of the 20 patients in test are left out.
    assert [row["split"] for row in rows].count("test") == 20
    assert [row["split"] for row in rows].count("train") == 40
    reasons = read_exclusions(tmp_path / "data").values()
    assert [reason.startswith("its patient") for reason in reasons] == [True] * 20


def test_a_film_without_a_study_date_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "dicom"
    folder.mkdir()
    dates: tuple[dict[str, str], ...] = (
        {"StudyDate": "20200101"},
        {"StudyDate": "20210101"},
        {"StudyDate": ""},
        {},
    )
    for seed, date in enumerate(dates):
        content = encode_dicom(pixels(seed), PatientID=f"MRN-{seed}", **date)
        (folder / f"{seed}.dcm").write_bytes(content)
    labels = tmp_path / "labels.csv"
    labels.write_text("file,label\n" + "".join(f"{seed}.dcm,NORMAL\n" for seed in range(4)))
    options = ("--labels", labels, "--out", tmp_path / "data", "--test-from", "2021-01-01")
    run_prepare("dicom", folder, *STATEMENT, *options)
    rows = read_manifest_rows(tmp_path / "data")
    assert sorted(row["split"] for row in rows) == ["test", "train"]
    assert {*read_exclusions(tmp_path / "data").values()} == {
        "it has no StudyDate, which --test-from needs"
    }


def test_a_label_file_with_splits_takes_no_other_rule(dicom: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("file,label,split\n0-0.dcm,NORMAL,test\n")
    options = ("--labels", labels, "--out", tmp_path / "data", "--test-share", "0.2")
    with pytest.raises(SourceError, match="has a column split, which says what the test set is"):
        run_prepare("dicom", dicom, *STATEMENT, *options)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--test-share", "1", "'1' is no share between 0 and 1, such as 0.2"),
        ("--test-share", "a fifth", "'a fifth' is no share between 0 and 1"),
        ("--test-share", "nan", "'nan' is no share between 0 and 1"),
        ("--test-from", "31.1.2026", "'31.1.2026' is no date, such as 2026-01-31"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str, message: str
) -> None:
    with pytest.raises(SystemExit):
        run_prepare("dicom", tmp_path, "--labels", "l.csv", "--out", "data", option, value)
    assert message in capsys.readouterr().err


def test_a_test_set_of_one_class_is_told(
    tmp_path: Path, dicom: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text("file,label,split\n0-0.dcm,NORMAL,test\n1-0.dcm,PNEUMONIA,train\n")
    run_prepare("dicom", dicom, "--labels", labels, "--out", tmp_path / "data", *STATEMENT)
    assert "The test set has no image with the label PNEUMONIA" in capsys.readouterr().out
