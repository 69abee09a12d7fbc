"""Runs the commands that work on a running system, as `make` does."""

import os
import subprocess
import sys

from tests.conftest import ROOT
from tests.running_system import RunningSystem


def run_command(
    system: RunningSystem, name: str, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """`python -m local.cli.NAME`, whose questions are answered by YES=1."""
    environment = {
        **os.environ,
        "XRAY_LOCAL_DIR": str(system.settings.folder),
        "PORT": str(system.settings.port),
        "YES": "1",
    }
    command = [sys.executable, "-m", f"local.cli.{name}", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
