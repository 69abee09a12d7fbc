"""A small crowd of doctors is served, and the measure sees what is not kept."""

import subprocess
import sys

from local.settings import ROOT


def test_four_doctors_at_once_are_all_answered() -> None:
    command = [sys.executable, "-m", "reliability.load", "4", "--seconds", "8"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("failed 0 lost 0 doubled 0 wrong 0 stuck 0 of "), done.stdout
    assert int(last.rsplit(" ", 1)[1]) >= 4
    assert done.returncode == 0
    for step in ("announce", "send the file", "from file to answer", "worklist", "review"):
        assert f"\n{step}" in done.stdout
