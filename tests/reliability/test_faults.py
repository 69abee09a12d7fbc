"""Fifty uploads during every kind of fault; `make faults N=` sends more."""

import re
import subprocess
import sys

import pytest

from reliability.small_disk import disk_kind
from tests.conftest import ROOT

PARTS = ("aws", "redis", "login", "endpoint", "api", "page", "screening")
# Faults and outages that must have occurred, else the test proves nothing.
REQUIRED = (
    *("return_503", "fail_after_commit", "drop_connection", "delay_response"),
    *(f"{outage}_{part}" for part in PARTS for outage in ("kill", "pause")),
    *("empty_redis", "refill_cache"),
    *(() if disk_kind() == "none" else ("fill_disk",)),
    *("broken", "later", "0.1.0", "0.2.0"),
)


@pytest.mark.timeout(900)
def test_every_promise_is_kept_while_everything_goes_wrong() -> None:
    command = [sys.executable, "-m", "reliability.faults", "50", "--seed", "4"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines()[-1] == "lost 0 doubled 0 wrong 0 stuck 0 of 50", result.stdout
    for name in REQUIRED:
        assert f"{name} " in result.stdout, result.stdout
    for pattern in (r"^[1-9]\d* reviews, [1-9]", r"; [1-9]\d* races", r"shown to [1-9]"):
        assert re.search(pattern, result.stdout, re.MULTILINE), result.stdout
    assert result.returncode == 0
