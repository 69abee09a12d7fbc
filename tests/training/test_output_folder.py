"""A folder that takes no files is refused, and a file that fails later ends with a sentence."""

from pathlib import Path

import pytest

from training.command import run_command
from training.errors import TrainingError
from training.output_folder import require_folder


def test_a_folder_is_created_and_left_empty(tmp_path: Path) -> None:
    require_folder(tmp_path / "a" / "b")
    assert [*(tmp_path / "a" / "b").iterdir()] == []


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(TrainingError, match=r"/a is a file, and a folder is needed\."):
        require_folder(tmp_path / "a")
    with pytest.raises(TrainingError, match=r"/a/b cannot be written: Not a directory\. Name"):
        require_folder(tmp_path / "a" / "b")


def test_a_file_that_cannot_be_read_ends_a_command_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(lambda: print((tmp_path / "none").read_text())) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none'}: No such file or directory.\n"


def test_an_error_of_the_connection_is_no_fault_of_a_file() -> None:
    def fail() -> None:
        raise ConnectionResetError("by peer")

    with pytest.raises(ConnectionResetError):
        run_command(fail)
