"""A folder and its archive give the same files, and a hostile name is refused."""

import zipfile
from pathlib import Path

import pytest

from screening.radiograph import MAX_BYTES
from tests.training.sources.synthetic_images import write_archive
from training.sources.errors import SourceError, UnusableImage
from training.sources.source_files import open_source


def test_a_folder_and_its_archive_have_the_same_open_source(tmp_path: Path) -> None:
    files = {"a/b.jpeg": b"b", "a/c/d.jpeg": b"d"}
    write_archive(tmp_path / "files.zip", files)
    for name, content in files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    for root in (tmp_path / "files.zip", tmp_path / "folder"):
        with open_source(root) as entries:
            assert {entry.name: entry.read() for entry in entries} == files


def test_what_systems_leave_beside_files_is_no_entry(tmp_path: Path) -> None:
    names = ["__MACOSX/a/._b.jpeg", "a/.DS_Store", "a/Thumbs.db", "a/b.jpeg"]
    with open_source(write_archive(tmp_path / "a.zip", dict.fromkeys(names, b""))) as entries:
        assert [entry.name for entry in entries] == ["a/b.jpeg"]


@pytest.mark.parametrize("name", ["../out.jpeg", "a/../../out.jpeg", "/out.jpeg", "..\\out.jpeg"])
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    archive = write_archive(tmp_path / "a.zip", {"a.jpeg": b"", name: b""})
    with (
        pytest.raises(SourceError, match=r"would lie outside of it, '.*out\.jpeg'"),
        open_source(archive),
    ):
        pass


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 cut off"])
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with (
        pytest.raises(SourceError, match=r"a\.zip is not a ZIP archive"),
        open_source(tmp_path / "a.zip"),
    ):
        pass


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(SourceError, match="nothing is not there"),
        open_source(tmp_path / "nothing"),
    ):
        pass


def test_a_damaged_member_does_not_stop_the_others(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "a.zip", {"a.jpeg": b"AAAA", "b.jpeg": b"BBBB"})
    path.write_bytes(path.read_bytes().replace(b"AAAA", b"AAAB"))
    with open_source(path) as (first, second):
        with pytest.raises(UnusableImage, match="damaged in the archive"):
            first.read()
        assert second.read() == b"BBBB"


def test_more_bytes_than_screening_takes_are_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpeg", bytes(MAX_BYTES + 1))
    with (
        open_source(tmp_path / "a.zip") as (entry,),
        pytest.raises(UnusableImage, match="larger than"),
    ):
        entry.read()
