"""The command makes the data set that training reads, lists exclusions, explains refusals."""

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from phantoms.file_formats import encode_dicom
from screening.decode import decode_radiograph
from screening.formats import raster
from screening.images import build_model_input
from tests.conftest import ROOT
from tests.training.sources.local_server import LocalServer
from tests.training.sources.synthetic_images import (
    PUBLIC,
    jpeg,
    pixels,
    public_archive,
    write_archive,
    write_layout,
)
from training import prepare
from training.data.manifest import (
    FOLDER,
    PUBLIC_DESCRIPTION,
    read_description,
    read_manifest,
    read_pixels,
)
from training.data.split import split_by_patient
from training.sources import mendeley
from training.sources.data_set import EXCLUSIONS_FILE
from training.sources.errors import SourceError


def _run(*options: str | Path) -> None:
    prepare.run([str(option) for option in options])


def _read_manifest_rows(data: Path) -> list[dict[str, str]]:
    with (data / FOLDER / "manifest.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def _read_exclusions(data: Path) -> dict[str, str]:
    with (data / EXCLUSIONS_FILE).open(newline="") as lines:
        return {row["file"]: row["reason"] for row in csv.DictReader(lines)}


def test_kaggles_layout_becomes_what_training_reads(tmp_path: Path) -> None:
    write_layout(tmp_path / "kaggle" / "chest_xray", PUBLIC)
    write_layout(tmp_path / "kaggle" / "chest_xray" / "chest_xray", PUBLIC)
    write_layout(tmp_path / "kaggle" / "__MACOSX" / "chest_xray", PUBLIC)
    _run("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    radiographs = read_manifest(tmp_path / "data")
    by_name = {f"{r.split}/{r.path.parent.name}/{r.path.name}": r for r in radiographs}
    assert by_name.keys() == PUBLIC.keys()
    for name, radiograph in by_name.items():
        assert radiograph.path.read_bytes() == jpeg(PUBLIC[name])
        expected = build_model_input(raster.decode(jpeg(PUBLIC[name])).pixels)
        assert np.array_equal(read_pixels(radiograph)[:, :, 0], expected)
    assert _read_exclusions(tmp_path / "data") == {}
    assert read_description(tmp_path / "data") == PUBLIC_DESCRIPTION
    split = split_by_patient(radiographs, share=0.4, seed=0)
    assert len(split.train) + len(split.validation) == 6
    assert len(split.test) == 2


def test_the_manifest_says_size_and_hash_of_each_picture(tmp_path: Path) -> None:
    _run("mendeley", "--archive", public_archive(tmp_path / "a.zip"), "--out", tmp_path / "data")
    rows = _read_manifest_rows(tmp_path / "data")
    assert len(rows) == len(PUBLIC)
    for row in rows:
        content = jpeg(PUBLIC[f"{row['split']}/{row['class']}/{row['file']}"])
        assert int(row["bytes"]) == len(content)
        assert row["sha256"] == hashlib.sha256(content).hexdigest()


def test_mendeleys_archive_is_downloaded_and_used(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(folder: Path) -> Path:
        return mendeley.fetch_archive(folder, listing=f"{server.address}/files")

    content = public_archive(tmp_path / "a.zip").read_bytes()
    server.files["/archive"] = content
    server.files["/files"] = (
        f'[{{"filename": "{mendeley.ARCHIVE}", "content_details": {{"size": {len(content)}, '
        f'"download_url": "{server.address}/archive", '
        f'"sha256_hash": "{hashlib.sha256(content).hexdigest()}"}}}}]'
    ).encode()
    monkeypatch.setattr(prepare, "fetch_archive", fetch)
    _run("mendeley", "--out", tmp_path / "data")
    assert len(read_manifest(tmp_path / "data")) == len(PUBLIC)


def test_an_archive_with_another_hash_than_was_said_is_refused(tmp_path: Path) -> None:
    archive = public_archive(tmp_path / "a.zip")
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    options = ("mendeley", "--archive", archive, "--out", tmp_path / "data", "--sha256")
    with pytest.raises(SourceError, match="is not the file that was published"):
        _run(*options, "0" * 64)
    assert not (tmp_path / "data").exists()
    _run(*options, sha256.upper())
    assert (tmp_path / "data" / FOLDER).is_dir()


def test_a_child_in_train_and_test_stays_in_test_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaking = "train/PNEUMONIA/person1_virus_1.jpeg"
    write_layout(tmp_path / "kaggle", {**PUBLIC, leaking: 9})
    _run("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    assert {row["file"] for row in _read_manifest_rows(tmp_path / "data")} == {
        Path(n).name for n in PUBLIC
    }
    assert list(_read_exclusions(tmp_path / "data")) == [leaking]
    assert not (tmp_path / "data" / FOLDER / leaking).exists()
    assert "for a patient in test: 1 images" in capsys.readouterr().out


def test_a_picture_published_twice_is_one_group(tmp_path: Path) -> None:
    write_layout(tmp_path / "kaggle", PUBLIC)
    twin = jpeg(PUBLIC["train/NORMAL/IM-0115-0001.jpeg"], quality=60)
    (tmp_path / "kaggle" / "train" / "NORMAL" / "IM-0999-0001.jpeg").write_bytes(twin)
    _run("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    group = {row["file"]: row["near_dup_group"] for row in _read_manifest_rows(tmp_path / "data")}
    assert group["IM-0999-0001.jpeg"] == group["IM-0115-0001.jpeg"]
    assert len(set(group.values())) == len(PUBLIC)


def test_a_picture_under_both_labels_is_in_neither(tmp_path: Path) -> None:
    both = {"train/NORMAL/IM-0999-0001.jpeg": 9, "train/PNEUMONIA/person999_virus_1.jpeg": 9}
    write_layout(tmp_path / "kaggle", {**PUBLIC, **both})
    _run("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    assert len(_read_manifest_rows(tmp_path / "data")) == len(PUBLIC)
    assert _read_exclusions(tmp_path / "data").keys() == both.keys()
    assert not any((tmp_path / "data" / FOLDER / name).exists() for name in both)


def test_a_damaged_picture_is_named_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: jpeg(seed) for name, seed in PUBLIC.items()}
    damaged = "train/PNEUMONIA/person99_virus_1.jpeg"
    files[damaged] = jpeg(9)[:400]
    archive = write_archive(tmp_path / "a.zip", files)
    _run("mendeley", "--archive", archive, "--out", tmp_path / "data")
    assert len(_read_manifest_rows(tmp_path / "data")) == len(PUBLIC)
    assert _read_exclusions(tmp_path / "data") == {damaged: "screening refuses it: damaged"}
    assert f"left out: {damaged}: screening refuses it: damaged" in capsys.readouterr().out


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    archive = public_archive(tmp_path / "a.zip")
    times = []
    for _ in range(2):
        _run("mendeley", "--archive", archive, "--out", tmp_path / "data")
        paths = sorted((tmp_path / "data").rglob("*.jpeg"))
        manifest = (tmp_path / "data" / FOLDER / "manifest.csv").read_bytes()
        times.append((manifest, [path.stat().st_mtime_ns for path in paths]))
    assert times[0] == times[1]


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
    _run("dicom", tmp_path / "dicom", "--labels", tmp_path / "labels.csv", "--out", data)
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
    assert len(split_by_patient(radiographs, share=0.1, seed=0).test) == 4
    assert read_description(data)["licence"] == "not stated"
    assert _read_exclusions(data) == {"ct.dcm": "screening refuses it: dicom_modality (CT)"}
    for path in (data / FOLDER).rglob("*"):
        assert "MRN" not in path.name and "Doe" not in path.name
        content = b"" if path.is_dir() else path.read_bytes()
        assert b"MRN" not in content and b"Doe" not in content
    assert "There is no test set" not in capsys.readouterr().out


def test_without_a_split_the_missing_test_part_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_dicom(tmp_path / "dicom")
    (tmp_path / "labels.csv").write_text("file,label\nDoe_John_1.dcm,NORMAL\n")
    _run(
        "dicom", tmp_path / "dicom", "--labels", tmp_path / "labels.csv", "--out", tmp_path / "data"
    )
    assert [row["split"] for row in _read_manifest_rows(tmp_path / "data")] == ["train"]
    out = capsys.readouterr().out
    assert "There is no test set" in out
    assert "left out: Doe_John_0.dcm: not in the label file" in out


def test_a_data_set_of_no_picture_is_none(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.zip", {"train/NORMAL/IM-0115-0001.jpeg": b"nothing"})
    with pytest.raises(SourceError, match=r"No image can be used.*left-out\.csv"):
        _run("mendeley", "--archive", archive, "--out", tmp_path / "data")
    assert not (tmp_path / "data" / FOLDER / "manifest.csv").exists()


def test_a_data_set_within_its_source_is_refused(tmp_path: Path) -> None:
    write_layout(tmp_path, PUBLIC)
    with pytest.raises(SourceError, match="Give a folder outside of it"):
        _run("kaggle", tmp_path, "--out", tmp_path / "data")


def _run_command(*options: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "training.prepare", *map(str, options)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_command_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    result = _run_command("kaggle", tmp_path / "nowhere", "--out", tmp_path / "data")
    assert (result.returncode, result.stderr) == (2, f"{tmp_path / 'nowhere'} is not there.\n")


def test_a_folder_that_takes_no_files_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    archive = public_archive(tmp_path / "a.zip")
    result = _run_command("mendeley", "--archive", archive, "--out", tmp_path / "file")
    assert result.returncode == 2
    assert result.stderr == f"{tmp_path / 'file' / FOLDER}: Not a directory.\n"


def test_the_command_makes_a_data_set(tmp_path: Path) -> None:
    archive = public_archive(tmp_path / "a.zip")
    result = _run_command("mendeley", "--archive", archive, "--out", tmp_path / "data")
    assert result.returncode == 0, result.stderr
    assert "train: 2 NORMAL, 2 PNEUMONIA" in result.stdout
    assert "test: 1 NORMAL, 1 PNEUMONIA" in result.stdout
