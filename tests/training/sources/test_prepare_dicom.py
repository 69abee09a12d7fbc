"""A folder of DICOM files and a table of labels become a data set without names."""

import json
from pathlib import Path

import numpy as np
import pytest

from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from screening.images import build_model_input
from tests.training.sources.preparation import read_exclusions, read_manifest_rows, run_prepare
from tests.training.sources.synthetic_images import pixels
from training.data.manifest import FOLDER, read_description, read_manifest, read_pixels
from training.data.split import split_by_patient


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
    run_prepare("dicom", tmp_path / "dicom", "--labels", tmp_path / "labels.csv", "--out", data)
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
    assert read_description(data)["licence"] == "not stated"
    output = capsys.readouterr().out
    assert f"Correct {data / FOLDER / 'about.json'} before you train" in output
    assert "There is no test set" not in output
    assert read_exclusions(data) == {"ct.dcm": "screening refuses it: dicom_modality (CT)"}
    for path in (data / FOLDER).rglob("*"):
        assert "MRN" not in path.name and "Doe" not in path.name
        content = b"" if path.is_dir() else path.read_bytes()
        assert b"MRN" not in content and b"Doe" not in content


def test_a_description_that_the_hospital_wrote_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_dicom(tmp_path / "dicom")
    _write_labels(tmp_path / "labels.csv")
    data = tmp_path / "data"
    options = ("dicom", tmp_path / "dicom", "--labels", tmp_path / "labels.csv", "--out", data)
    run_prepare(*options)
    ours = {"name": "ours", "licence": "internal", "credit": "us", "age_years": [0, 16]}
    (data / FOLDER / "about.json").write_text(json.dumps(ours))
    capsys.readouterr()
    run_prepare(*options)
    assert read_description(data) == ours
    assert "before you train" not in capsys.readouterr().out


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
    run_prepare("dicom", tmp_path / "dicom", "--labels", tmp_path / "labels.csv", "--out", data)
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
    run_prepare(
        "dicom", tmp_path / "dicom", "--labels", tmp_path / "labels.csv", "--out", tmp_path / "data"
    )
    assert [row["split"] for row in read_manifest_rows(tmp_path / "data")] == ["train"]
    out = capsys.readouterr().out
    assert "There is no test set" in out
    assert "left out: Doe_John_0.dcm: not in the label file" in out
