"""A folder of DICOM files and a table of labels become a data set without names."""

import json
from pathlib import Path

import numpy as np
import pytest

from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from screening.images import build_model_input
from tests.training.sources.preparation import (
    STATEMENT,
    read_exclusions,
    read_manifest_rows,
    run_prepare,
)
from tests.training.sources.synthetic_images import pixels
from training.data.manifest import FOLDER, read_description, read_manifest, read_pixels
from training.data.split import split_by_patient
from training.sources.errors import SourceError


def _write_dicom(folder: Path) -> None:
    folder.mkdir()
    for seed in range(12):
        tags = {"PatientID": f"MRN-{seed // 2}", "PhotometricInterpretation": "MONOCHROME1"}
        (folder / f"Doe_John_{seed}.dcm").write_bytes(encode_dicom(pixels(seed), **tags))
    (folder / "ct.dcm").write_bytes(encode_dicom(pixels(99), Modality="CT", PatientID="MRN-99"))


def _write_labels(path: Path) -> None:
    lines = ["file,label,split", "ct.dcm,NORMAL,train"]
    for seed in range(12):
        label = ("NORMAL", "PNEUMONIA")[seed // 2 % 2]
        lines.append(f"Doe_John_{seed}.dcm,{label},{('train', 'test')[seed // 8]}")
    path.write_text("\n".join(lines))


def test_dicom_becomes_what_training_reads_with_nobodys_name_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_dicom(tmp_path / "dicom")
    _write_labels(tmp_path / "labels.csv")
    data = tmp_path / "data"
    run_prepare(*_options(tmp_path), *STATEMENT)
    radiographs = read_manifest(data)
    expected = [
        build_model_input(
            decode_radiograph((tmp_path / "dicom" / f"Doe_John_{seed}.dcm").read_bytes()).pixels
        )
        for seed in range(12)
    ]
    stored = [read_pixels(radiograph)[:, :, 0] for radiograph in radiographs]
    assert all(map(np.array_equal, expected, stored))
    assert len({radiograph.patient for radiograph in radiographs}) == 6
    assert len(split_by_patient(radiographs, share=0.15).test) == 4
    assert "There is no test set" not in capsys.readouterr().out
    assert read_exclusions(data) == {"ct.dcm": "screening refuses it: dicom_modality (CT)"}
    for path in (data / FOLDER).rglob("*"):
        assert "MRN" not in path.name and "Doe" not in path.name
        content = b"" if path.is_dir() else path.read_bytes()
        assert b"MRN" not in content and b"Doe" not in content


def test_licence_credit_and_ages_are_asked_for_before_anything_is_written(tmp_path: Path) -> None:
    _write_dicom(tmp_path / "dicom")
    _write_labels(tmp_path / "labels.csv")
    with pytest.raises(SourceError, match="Give --licence and --credit and --ages: the model card"):
        run_prepare(*_options(tmp_path))
    with pytest.raises(SourceError, match="Give --credit and --ages: "):
        run_prepare(*_options(tmp_path), "--licence", "internal", "--credit", "")
    assert not (tmp_path / "data").exists()


def test_the_description_is_stored_and_changed_by_options_alone(tmp_path: Path) -> None:
    _write_dicom(tmp_path / "dicom")
    _write_labels(tmp_path / "labels.csv")
    run_prepare(*_options(tmp_path), *STATEMENT, "--credit", "Klinik Süd")
    path = tmp_path / "data" / FOLDER / "about.json"
    assert "Klinik Süd" in path.read_text()
    ours = {**read_description(tmp_path / "data"), "name": "ours", "note": "kept"}
    assert ours["age_years"] == [0, 16]
    path.write_text(json.dumps(ours))
    content = path.read_bytes()
    run_prepare(*_options(tmp_path))
    assert path.read_bytes() == content
    run_prepare(*_options(tmp_path), "--ages", "2-9")
    assert json.loads(path.read_text()) == {**ours, "age_years": [2, 9]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"licence": "not stated", "credit": "us", "age_years": [1, 5]}', "Give --licence: "),
        ("{licence: internal}", "is no JSON in UTF-8: .* Correct it, or delete it"),
        ('{"licence": "l", "credit": "c", "age_years": [1, 90]}', "and not .1, 90."),
    ],
)
def test_a_description_that_cannot_be_trained_on_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    _write_dicom(tmp_path / "dicom")
    _write_labels(tmp_path / "labels.csv")
    path = tmp_path / "data" / FOLDER / "about.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(SourceError, match=message):
        run_prepare(*_options(tmp_path))


@pytest.mark.parametrize("ages", ["sixteen", "5-1", "0-90", "1"])
def test_ages_that_are_none_are_refused(
    tmp_path: Path, ages: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run_prepare(*_options(tmp_path), "--ages", ages)
    assert f"'{ages}' is no youngest and oldest age of children, such as 0-16" in (
        " ".join(capsys.readouterr().err.split())
    )


def _options(folder: Path) -> list[str | Path]:
    labels = folder / "labels.csv"
    return ["dicom", folder / "dicom", "--labels", labels, "--out", folder / "data"]


def test_the_manifest_has_age_sex_view_scanner_and_study_date_of_each_film(tmp_path: Path) -> None:
    (tmp_path / "dicom").mkdir()
    tags = {
        "PatientID": "MRN-1",
        "PatientBirthDate": "20190213",
        "PatientSex": "F",
        "ViewPosition": "AP",
        "Manufacturer": "SIEMENS AG",
        "ManufacturerModelName": "Mobilett Elara",
        "StudyDate": "20240301",
        "InstitutionName": "St. Doe",
    }
    films = {"full": tags, "bare": {"PatientID": "MRN-2", "ManufacturerModelName": "Dr. Doe"}}
    for seed, (name, values) in enumerate(films.items()):
        (tmp_path / "dicom" / f"{name}.dcm").write_bytes(encode_dicom(pixels(seed), **values))
    labels = "file,label\nfull.dcm,NORMAL\nbare.dcm,PNEUMONIA\n"
    (tmp_path / "labels.csv").write_text(labels)
    data = tmp_path / "data"
    run_prepare(*_options(tmp_path), *STATEMENT)
    full, bare = read_manifest(data)
    assert (full.age_years, full.sex, full.view) == (5, "F", "AP")
    assert (full.scanner, full.study_date) == ("Siemens Mobilett Elara", "2024-03-01")
    assert (bare.age_years, bare.sex, bare.view, bare.scanner, bare.study_date) == (
        None,
        "",
        "",
        "",
        "",
    )
    manifest = (data / FOLDER / "manifest.csv").read_text()
    assert "Doe" not in manifest and "20190213" not in manifest and "2019-02-13" not in manifest


def test_without_a_split_the_missing_test_part_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_dicom(tmp_path / "dicom")
    (tmp_path / "labels.csv").write_text("file,label\nDoe_John_1.dcm,NORMAL\n")
    run_prepare(*_options(tmp_path), *STATEMENT)
    assert [row["split"] for row in read_manifest_rows(tmp_path / "data")] == ["train"]
    out = capsys.readouterr().out
    assert "There is no test set" in out
    assert "left out: Doe_John_0.dcm: not in the label file" in out
