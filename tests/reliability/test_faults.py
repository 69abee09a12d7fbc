"""Fifty uploads while everything goes wrong; `make faults N=` sends more."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

# What must have gone wrong, else the test shows nothing.
HAPPEN = (
    *("fail", "fail_afterwards", "hang_up", "dawdle"),
    *("restart_redis", "empty_redis", "pause_redis", "pause_endpoint", "restart_endpoint"),
    *("kill_screening", "rebuild"),
)


@pytest.mark.timeout(900)
def test_every_promise_is_kept_while_everything_goes_wrong() -> None:
    command = [sys.executable, "-m", "reliability.faults", "50", "--seed", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "lost 0 doubled 0 wrong 0 stuck 0 of 50", done.stdout
    for name in HAPPEN:
        assert f"{name} " in done.stdout, done.stdout
    assert done.returncode == 0
