"""A wrong group is named in a sentence."""

import subprocess
import sys

from tests.conftest import ROOT


def test_an_unknown_group_is_named() -> None:
    command = [sys.executable, "-m", "local.cli.install", "nothing"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "invalid choice: 'nothing'" in result.stderr
