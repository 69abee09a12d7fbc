"""The archive has the container's layout, the same bytes each time, and handlers that load."""

import hashlib
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from local.sagemaker.container import load_inference, unpack
from sagemaker_inference.archive import ArchiveError, build_archive, unpack_archive


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A small model folder: the archive does not interpret its files."""
    variables = tmp_path / "models" / "saved_model" / "variables"
    variables.mkdir(parents=True)
    (variables / "variables.index").write_bytes(b"index")
    (variables.parent / "saved_model.pb").write_bytes(b"graph")
    (tmp_path / "models" / "model_card.json").write_text("{}")
    return tmp_path / "models"


def test_the_layout_is_that_of_the_container(models: Path, tmp_path: Path) -> None:
    build_archive(models, tmp_path / "model.tar.gz")
    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        names = archive.getnames()
    assert names == [
        "1/assets.extra/tf_serving_warmup_requests",
        "1/saved_model.pb",
        "1/variables/variables.index",
        "code/inference.py",
    ]


def test_the_same_inputs_give_the_same_bytes(models: Path, tmp_path: Path) -> None:
    first = build_archive(models, tmp_path / "first.tar.gz")
    touched = models / "saved_model" / "saved_model.pb"
    touched.write_bytes(touched.read_bytes())
    touched.chmod(0o600)
    assert build_archive(models, tmp_path / "b" / "second.tar.gz") == first
    assert hashlib.sha256((tmp_path / "first.tar.gz").read_bytes()).hexdigest() == first


def test_another_model_gives_another_hash(models: Path, tmp_path: Path) -> None:
    first = build_archive(models, tmp_path / "first.tar.gz")
    (models / "saved_model" / "saved_model.pb").write_bytes(b"another")
    assert build_archive(models, tmp_path / "second.tar.gz") != first


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"holds no saved_model\.pb"):
        build_archive(tmp_path, tmp_path / "model.tar.gz")
    assert not (tmp_path / "model.tar.gz").exists()


def test_the_handlers_load_by_path_as_in_the_container(models: Path, tmp_path: Path) -> None:
    build_archive(models, tmp_path / "model.tar.gz")
    unpack(tmp_path / "model.tar.gz", tmp_path / "opt")
    inference = load_inference(tmp_path / "opt" / "code" / "inference.py")
    assert callable(inference.input_handler)
    assert callable(inference.output_handler)
    assert "inference" not in sys.modules


@pytest.mark.parametrize(
    "member",
    [
        {"name": "../outside"},
        {"name": "/tmp/outside"},
        {"name": "link", "type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"name": "pipe", "type": tarfile.FIFOTYPE},
    ],
    ids=lambda member: member["name"],
)
def test_what_is_no_file_of_a_model_is_not_unpacked(tmp_path: Path, member: dict[str, Any]) -> None:
    info = tarfile.TarInfo()
    for name, value in member.items():
        setattr(info, name, value)
    with tarfile.open(tmp_path / "model.tar", "w") as archive:
        archive.addfile(info)
    with (
        tarfile.open(tmp_path / "model.tar") as archive,
        pytest.raises(ArchiveError, match="no file of a model"),
    ):
        unpack_archive(archive, tmp_path / "model")
