"""Pinned requirements are read with their hashes."""

import subprocess
import sys

from local.cli.install import parse_requirements
from tests.conftest import ROOT


def test_an_entry_keeps_the_hashes_of_its_continued_lines() -> None:
    text = "# a comment\none==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\ntwo==2.0\n"
    [one, two] = parse_requirements(text)
    assert one.split() == ["one==1.0", "--hash=sha256:aa", "--hash=sha256:bb"]
    assert two == "two==2.0"


def test_an_unknown_group_is_named() -> None:
    command = [sys.executable, "-m", "local.cli.install", "nothing"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "invalid choice: 'nothing'" in result.stderr
