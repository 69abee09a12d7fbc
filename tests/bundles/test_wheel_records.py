"""A file that differs from the record of its wheel is named."""

import base64
import hashlib
from pathlib import Path

import pytest

from bundles.wheel_records import find_changed_files

DIGEST = base64.urlsafe_b64encode(hashlib.sha256(b"content").digest()).decode().rstrip("=")
RECORD = f'"a/with, comma.py",sha256={DIGEST},7\na/b.py,sha256={DIGEST},7\na-1.dist-info/RECORD,,\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One wheel with two modules."""
    for name in ("a/with, comma.py", "a/b.py", "a-1.dist-info/RECORD"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(RECORD if name.endswith("RECORD") else "content")
    return tmp_path


def changed_files(folder: Path) -> list[str]:
    return find_changed_files(folder, is_shipped=lambda path: True)


def test_files_as_they_were_built_are_not_named(folder: Path) -> None:
    (folder / "a" / "cache.pyc").touch()
    assert changed_files(folder) == []


@pytest.mark.parametrize("name", ["a/with, comma.py", "a/b.py"])
def test_a_file_with_another_content_or_none_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("c0ntent")
    assert changed_files(folder) == [name]
    (folder / name).unlink()
    assert changed_files(folder) == [name]
    assert find_changed_files(folder, is_shipped=lambda path: path != name) == []


def test_a_wheel_without_a_record_is_named(folder: Path) -> None:
    (folder / "a-1.dist-info" / "RECORD").unlink()
    assert changed_files(folder) == ["a-1.dist-info/RECORD"]
