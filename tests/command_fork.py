"""Runs commands in forks of a process that has imported what they import."""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.conftest import ROOT


def run_in_fork(
    module: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path = ROOT,
    imports: tuple[str, ...],
) -> "subprocess.CompletedProcess[str]":
    """`python -m MODULE` in `folder`, or `python SCRIPT.py`, in a fork of a process that has
    imported `imports`.
    """
    server = _start_command_server(*imports)
    assert server.stdin is not None and server.stdout is not None
    order = {
        "module": module,
        "arguments": arguments,
        "environment": {**environment, "COLUMNS": "200"},
        "folder": str(folder),
    }
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()
    try:
        return subprocess.CompletedProcess(arguments, **json.loads(server.stdout.readline()))
    except BaseException:  # After a timeout, the next order must not read this answer.
        server.kill()
        server.communicate()
        _start_command_server.cache_clear()
        raise


@cache
def _start_command_server(*imports: str) -> "subprocess.Popen[str]":
    """One for all tests of this process, at whose end it ends too."""
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "command_server.py"), *imports],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    # Closes its stdin, and waits.
    atexit.register(server.communicate)
    return server
