"""Processes are stopped with all that they started, also by the run after a killed one."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from local.processes.group import Command, Processes, kill_orphans

# Starts a child process, as a wrapper script does.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(record=tmp_path / "processes.json", logs=tmp_path)


def has_ended(pid: int) -> bool:
    """Waits up to five seconds; a zombie, which waits for its parent, counts as ended."""
    for _ in range(250):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def start_parent(processes: Processes, tmp_path: Path) -> tuple["subprocess.Popen[bytes]", int]:
    """Starts a process and returns it with the id of its child."""
    command = Command(arguments=[sys.executable, "-c", PARENT], folder=tmp_path)
    process = processes.start("parent", command)
    log = tmp_path / "parent.log"
    while not log.read_text().endswith("\n"):
        pass
    return process, int(log.read_text())


def test_ending_ends_what_was_started_with_it(processes: Processes, tmp_path: Path) -> None:
    process, child = start_parent(processes, tmp_path)
    processes.stop_all()
    assert process.returncode is not None
    assert has_ended(child)
    assert json.loads((tmp_path / "processes.json").read_text()) == []


def test_what_a_killed_run_left_is_ended_by_the_next(processes: Processes, tmp_path: Path) -> None:
    process, child = start_parent(processes, tmp_path)
    assert kill_orphans(tmp_path / "processes.json") == 1
    process.wait(5)
    assert has_ended(child)


def test_somebody_elses_process_with_a_number_of_ours_is_left_alone(tmp_path: Path) -> None:
    record = tmp_path / "processes.json"
    record.write_text(json.dumps([[os.getpid(), 1.0]]))
    assert kill_orphans(record) == 0
    assert not record.exists()
