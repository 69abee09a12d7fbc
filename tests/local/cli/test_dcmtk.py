"""dcmtk is installed by apt where that needs no password; elsewhere its tests are skipped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def install(folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command on a machine whose programs are those in `folder`, and `env`."""
    (folder / "env").symlink_to("/usr/bin/env")
    command = [sys.executable, "-m", "local.cli.dcmtk"]
    environment = {"PATH": str(folder)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_a_machine_without_apt_is_told_that_tests_are_skipped(tmp_path: Path) -> None:
    result = install(tmp_path)
    assert result.returncode == 0
    assert "the tests that draw with it are skipped" in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="apt is called without sudo by root only")
def test_apt_installs_dcmtk_where_it_is_missing(tmp_path: Path) -> None:
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    (tmp_path / "apt-get").chmod(0o755)
    assert install(tmp_path).stderr == ""
    assert (tmp_path / "calls").read_text().splitlines() == [
        "-qq update",
        "-qq install --yes --no-install-recommends dcmtk",
    ]


def test_nothing_is_installed_where_dcmtk_is(tmp_path: Path) -> None:
    (tmp_path / "dcmj2pnm").touch(0o755)
    assert install(tmp_path).stdout == ""
