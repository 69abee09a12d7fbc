"""Fifty uploads during every kind of fault; `make faults N=` sends more."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT

# Faults and outages that must have occurred, else the test proves nothing.
REQUIRED = (
    *("return_503", "fail_after_commit", "drop_connection", "delay_response"),
    *("restart_redis", "empty_redis", "pause_redis", "pause_endpoint", "kill_endpoint"),
    *("kill_screening", "refill_cache"),
)


@pytest.mark.timeout(900)
def test_every_promise_is_kept_while_everything_goes_wrong() -> None:
    command = [sys.executable, "-m", "reliability.faults", "50", "--seed", "4"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "lost 0 doubled 0 wrong 0 stuck 0 of 50", result.stdout
    for name in REQUIRED:
        assert f"{name} " in result.stdout, result.stdout
    assert result.returncode == 0
