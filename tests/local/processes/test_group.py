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


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[[12",
        b"null",
        b"7",
        b"{}",
        b'"[]"',
        b'[1, "x", [], [1], [1, 2, 3], ["1", "2"], [null, 1.0], [2.5, 1.0], {}]',
        b"[[0, 1.0], [1, 1.0], [-5, 1.0], [99999999999999999999, 1.0], [4, NaN], [4, 1e999]]",
        b"[[4, " + b"9" * 500 + b"]]",
        b"[" * 100_000,
        b"9" * 5_000,
        b"\xff\xfe",
    ],
)
def test_a_damaged_record_ends_nothing_and_stops_no_start(
    processes: Processes, tmp_path: Path, content: bytes
) -> None:
    record = tmp_path / "processes.json"
    record.write_bytes(content)
    assert kill_orphans(record) == 0
    processes.refresh_record()
    assert not record.exists()


def test_a_damaged_entry_does_not_hide_the_others(processes: Processes, tmp_path: Path) -> None:
    process, child = start_parent(processes, tmp_path)
    record = tmp_path / "processes.json"
    record.write_text(json.dumps(["damaged", *json.loads(record.read_text())]))
    assert kill_orphans(record) == 1
    process.wait(5)
    assert has_ended(child)


def test_a_folder_in_place_of_the_record_stops_no_start(
    processes: Processes, tmp_path: Path
) -> None:
    record = tmp_path / "processes.json"
    (record / "inner").mkdir(parents=True)
    assert kill_orphans(record) == 0
    start_parent(processes, tmp_path)
    processes.stop_all()


def test_a_start_does_not_need_the_record_which_is_written_later(tmp_path: Path) -> None:
    """A missing folder replaces the full disk: the write of the record fails as well."""
    record = tmp_path / "missing" / "processes.json"
    processes = Processes(record=record, logs=tmp_path)
    process, _ = start_parent(processes, tmp_path)
    processes.refresh_record()
    record.parent.mkdir()
    processes.refresh_record()
    assert [pid for pid, _ in json.loads(record.read_text())] == [process.pid]
    processes.stop_all()


def test_a_start_does_not_need_a_log(tmp_path: Path) -> None:
    processes = Processes(record=tmp_path / "processes.json", logs=tmp_path / "missing")
    command = Command(arguments=[sys.executable, "-c", "print(1)"], folder=tmp_path)
    assert processes.start("name", command).wait(10) == 0


def test_a_start_while_the_run_stops_leaves_no_process(
    processes: Processes, tmp_path: Path
) -> None:
    processes.stop_all()
    command = Command(arguments=[sys.executable, "-c", PARENT], folder=tmp_path)
    before = {child.pid for child in psutil.Process().children()}
    with pytest.raises(RuntimeError):
        processes.start("late", command)
    assert {child.pid for child in psutil.Process().children()} <= before
