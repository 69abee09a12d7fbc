"""Screens files as `local.screen` does: by its command, or without the start of a process."""

import json
import subprocess
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from local.offline_screening import Screening
from local.screen import list_files, screen_files
from local.settings import Model
from tests.conftest import ROOT


def run_command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.screen", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def parse_lines(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """Returns the objects that the command prints with --json."""
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def screen(*paths: Path) -> list[dict[str, Any]]:
    """Returns the same objects; the model is loaded once for all tests."""
    results = screen_files(_load_screening(), list_files(list(paths)))
    return [json.loads(json.dumps(asdict(result))) for result, _ in results]


@cache
def _load_screening() -> Screening:
    return Screening(Model.CPU)
