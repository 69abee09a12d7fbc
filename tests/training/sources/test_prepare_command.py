"""`python -m training.prepare` makes a data set, or ends with a sentence."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT
from tests.training.sources.synthetic_images import public_archive
from training.data.manifest import FOLDER


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
