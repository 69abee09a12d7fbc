"""A published data set becomes what training reads, and every exclusion is listed."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from screening.formats import raster
from screening.images import build_model_input
from tests.training.sources.local_server import LocalServer
from tests.training.sources.preparation import read_exclusions, read_manifest_rows, run_prepare
from tests.training.sources.synthetic_images import (
    PUBLIC,
    jpeg,
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
from training.sources.errors import SourceError


def test_kaggles_layout_becomes_what_training_reads(tmp_path: Path) -> None:
    write_layout(tmp_path / "kaggle" / "chest_xray", PUBLIC)
    write_layout(tmp_path / "kaggle" / "chest_xray" / "chest_xray", PUBLIC)
    write_layout(tmp_path / "kaggle" / "__MACOSX" / "chest_xray", PUBLIC)
    run_prepare("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    radiographs = read_manifest(tmp_path / "data")
    by_name = {f"{r.split}/{r.path.parent.name}/{r.path.name}": r for r in radiographs}
    assert by_name.keys() == PUBLIC.keys()
    for name, radiograph in by_name.items():
        assert radiograph.path.read_bytes() == jpeg(PUBLIC[name])
        expected = build_model_input(raster.decode(jpeg(PUBLIC[name])).pixels)
        assert np.array_equal(read_pixels(radiograph)[:, :, 0], expected)
    assert read_exclusions(tmp_path / "data") == {}
    assert read_description(tmp_path / "data") == PUBLIC_DESCRIPTION
    split = split_by_patient(radiographs, share=0.15)
    assert len(split.train) + len(split.validation) == 6
    assert len(split.test) == 2


def test_the_manifest_says_size_and_hash_of_each_picture(tmp_path: Path) -> None:
    run_prepare(
        "mendeley", "--archive", public_archive(tmp_path / "a.zip"), "--out", tmp_path / "data"
    )
    rows = read_manifest_rows(tmp_path / "data")
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
    run_prepare("mendeley", "--out", tmp_path / "data")
    assert len(read_manifest(tmp_path / "data")) == len(PUBLIC)


def test_an_archive_with_another_hash_than_was_said_is_refused(tmp_path: Path) -> None:
    archive = public_archive(tmp_path / "a.zip")
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    options = ("mendeley", "--archive", archive, "--out", tmp_path / "data", "--sha256")
    with pytest.raises(SourceError, match="is not the file that was published"):
        run_prepare(*options, "0" * 64)
    assert not (tmp_path / "data").exists()
    run_prepare(*options, sha256.upper())
    assert (tmp_path / "data" / FOLDER).is_dir()


def test_a_child_in_train_and_test_stays_in_test_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    leaking = "train/PNEUMONIA/person1_virus_1.jpeg"
    write_layout(tmp_path / "kaggle", {**PUBLIC, leaking: 9})
    run_prepare("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    assert {row["file"] for row in read_manifest_rows(tmp_path / "data")} == {
        Path(n).name for n in PUBLIC
    }
    assert list(read_exclusions(tmp_path / "data")) == [leaking]
    assert not (tmp_path / "data" / FOLDER / leaking).exists()
    assert "for a patient in test: 1 images" in capsys.readouterr().out


def test_a_picture_published_twice_is_one_group(tmp_path: Path) -> None:
    write_layout(tmp_path / "kaggle", PUBLIC)
    twin = jpeg(PUBLIC["train/NORMAL/IM-0115-0001.jpeg"], quality=60)
    (tmp_path / "kaggle" / "train" / "NORMAL" / "IM-0999-0001.jpeg").write_bytes(twin)
    run_prepare("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    group = {row["file"]: row["near_dup_group"] for row in read_manifest_rows(tmp_path / "data")}
    assert group["IM-0999-0001.jpeg"] == group["IM-0115-0001.jpeg"]
    assert len(set(group.values())) == len(PUBLIC)


def test_a_picture_under_both_labels_is_in_neither(tmp_path: Path) -> None:
    both = {"train/NORMAL/IM-0999-0001.jpeg": 9, "train/PNEUMONIA/person999_virus_1.jpeg": 9}
    write_layout(tmp_path / "kaggle", {**PUBLIC, **both})
    run_prepare("kaggle", tmp_path / "kaggle", "--out", tmp_path / "data")
    assert len(read_manifest_rows(tmp_path / "data")) == len(PUBLIC)
    assert read_exclusions(tmp_path / "data").keys() == both.keys()
    assert not any((tmp_path / "data" / FOLDER / name).exists() for name in both)


def test_a_damaged_picture_is_named_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: jpeg(seed) for name, seed in PUBLIC.items()}
    damaged = "train/PNEUMONIA/person99_virus_1.jpeg"
    files[damaged] = jpeg(9)[:400]
    archive = write_archive(tmp_path / "a.zip", files)
    run_prepare("mendeley", "--archive", archive, "--out", tmp_path / "data")
    assert len(read_manifest_rows(tmp_path / "data")) == len(PUBLIC)
    assert read_exclusions(tmp_path / "data") == {damaged: "screening refuses it: damaged"}
    assert f"left out: {damaged}: screening refuses it: damaged" in capsys.readouterr().out


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    archive = public_archive(tmp_path / "a.zip")
    times = []
    for _ in range(2):
        run_prepare("mendeley", "--archive", archive, "--out", tmp_path / "data")
        paths = sorted((tmp_path / "data").rglob("*.jpeg"))
        manifest = (tmp_path / "data" / FOLDER / "manifest.csv").read_bytes()
        times.append((manifest, [path.stat().st_mtime_ns for path in paths]))
    assert times[0] == times[1]


def test_a_data_set_of_no_picture_is_none(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.zip", {"train/NORMAL/IM-0115-0001.jpeg": b"nothing"})
    with pytest.raises(SourceError, match=r"No image can be used.*left-out\.csv"):
        run_prepare("mendeley", "--archive", archive, "--out", tmp_path / "data")
    assert not (tmp_path / "data" / FOLDER / "manifest.csv").exists()


def test_a_data_set_within_its_source_is_refused(tmp_path: Path) -> None:
    write_layout(tmp_path, PUBLIC)
    with pytest.raises(SourceError, match="Give a folder outside of it"):
        run_prepare("kaggle", tmp_path, "--out", tmp_path / "data")
