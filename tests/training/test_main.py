"""The command explains an error in a sentence, before TensorFlow is loaded."""

import subprocess
import sys
from pathlib import Path

from training.recipes import RECIPES


def _training(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "training", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_data_that_are_not_there_are_named(tmp_path: Path) -> None:
    result = _training("--recipe", "smoke", "--data", str(tmp_path / "nowhere"))
    assert result.returncode == 2
    assert result.stderr.startswith(f"No data set in {tmp_path / 'nowhere'}")
    assert "Traceback" not in result.stderr


def test_help_names_every_recipe() -> None:
    result = _training("--help")
    assert all(name in result.stdout for name in RECIPES)


def test_a_compiled_step_needs_tensorflow(drawn_data: Path, tmp_path: Path) -> None:
    options = ["--backend", "jax", "--compiled-step", "--out", str(tmp_path / "out")]
    result = _training("--recipe", "smoke", "--data", str(drawn_data), *options)
    assert result.returncode == 2
    assert result.stderr.startswith("--compiled-step needs --backend tensorflow")
