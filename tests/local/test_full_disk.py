"""On a full disk the run goes on with the processes it has, and accepts uploads once there is room.

The disk is a tmpfs where mounting is allowed, else a limit on the size of files; the name of each
test ends with the one that it used.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests

from local.cli.sample import write_samples
from local.settings import ROOT
from reliability.page_session import can_open_worklist
from reliability.small_disk import SmallDisk, disk_kind, small_disk
from tests.running_system import RunningSystem, find_free_ports, start_system
from tests.uploads import announce, post_form, upload, wait_for_answer

# A run has about ten processes. A fault that starts them without end must not reach the machine.
MAX_PROCESSES = 40

pytestmark = pytest.mark.skipif(disk_kind() == "none", reason="this system has no such disk")
with_disk = pytest.mark.parametrize("kind", [disk_kind()])


@dataclass
class Guard:
    """Kills a run that starts too many processes, and counts them."""

    run: psutil.Process
    highest: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.is_over.wait(0.1) and self.run.is_running():
            try:
                processes = self.run.children(recursive=True)
            except psutil.NoSuchProcess:
                return
            self.highest = max(self.highest, len(processes))
            if len(processes) > MAX_PROCESSES:
                for process in [self.run, *processes]:
                    process.kill()


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened before, on, and after the full disk."""

    processes_before: int
    highest: int
    is_worklist_shown: bool
    announcement_status: int
    upload_status: int
    is_worklist_shown_after_kills: bool
    answers: list[str]
    recorded: set[int]
    running: set[int]
    output: str
    status: int


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_samples(tmp_path_factory.mktemp("phantom"))[0].read_bytes()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, phantom: bytes) -> Iterator[Story]:
    with small_disk(tmp_path_factory.mktemp("disk")) as disk:
        system = start_system(disk.folder)
        guard = Guard(psutil.Process(system.process.pid))
        watcher = threading.Thread(target=guard.watch)
        watcher.start()
        try:
            yield play(system, disk, guard, phantom)
        finally:
            guard.is_over.set()
            watcher.join()
            if system.process.poll() is None:
                system.stop()


def play(system: RunningSystem, disk: SmallDisk, guard: Guard, phantom: bytes) -> Story:
    run = guard.run
    processes_before = len(run.children())
    waiting = announce(system, "phantom.png", len(phantom), key="before")
    disk.fill(run)
    worklist = is_worklist_shown(system)
    announcement_status = post_announcement(system)
    upload_status = post_form(waiting, phantom).status_code
    for process in function_processes(run):
        process.kill()
    worklist_after_kills = is_worklist_shown(system)
    disk.free(run)
    created = [waiting, announce(system, "phantom.png", len(phantom), key="after")]
    for radiograph in created:
        upload(radiograph, phantom)
    answers = [wait_for_answer(system, item.radiograph.id).state for item in created]
    time.sleep(2)
    recorded = {pid for pid, _ in json.loads((disk.folder / "processes.json").read_text())}
    running = {child.pid for child in run.children()}
    return Story(
        processes_before=processes_before,
        highest=guard.highest,
        is_worklist_shown=worklist,
        announcement_status=announcement_status,
        upload_status=upload_status,
        is_worklist_shown_after_kills=worklist_after_kills,
        answers=[str(answer) for answer in answers],
        recorded=recorded,
        running=running,
        output=(disk.folder / "output").read_text(errors="replace"),
        status=system.stop(),
    )


def function_processes(run: psutil.Process) -> list[psutil.Process]:
    return [child for child in run.children() if "handler" in child.cmdline()[-1]]


def is_worklist_shown(system: RunningSystem) -> bool:
    """Logs in as the browser does, and opens the worklist; tries for half a minute."""
    for _ in range(30):
        if can_open_worklist(system.url):
            return True
        time.sleep(1)
    return False


def post_announcement(system: RunningSystem) -> int:
    headers = {**system.auth_headers(), "Idempotency-Key": "on the full disk"}
    body = {"file_name": "phantom.png", "bytes": 10}
    url = f"{system.url}/v1/radiographs"
    return requests.post(url, json=body, headers=headers, timeout=60).status_code


@with_disk
def test_a_doctor_logs_in_and_reads_while_the_disk_is_full(story: Story, kind: str) -> None:
    assert story.is_worklist_shown
    assert story.is_worklist_shown_after_kills


@with_disk
def test_nothing_is_accepted_that_cannot_be_stored(story: Story, kind: str) -> None:
    assert (story.announcement_status, story.upload_status) == (503, 503)


@with_disk
def test_no_process_is_started_in_vain(story: Story, kind: str) -> None:
    assert story.highest <= story.processes_before + 8


@with_disk
def test_once_there_is_room_the_run_goes_on(story: Story, kind: str) -> None:
    assert story.answers == ["screened", "screened"]
    assert story.recorded == story.running
    assert story.status == 0


@with_disk
def test_the_terminal_says_it_in_a_few_lines(story: Story, kind: str) -> None:
    assert "Traceback" not in story.output
    assert len(story.output.splitlines()) < 30
    # The output is on the same disk, which has no room for a line while it is full. A limit on the
    # size of files leaves the disk its space.
    assert (kind == "tmpfs") == ("Radiographs are analysed again." in story.output)


@with_disk
def test_a_start_on_a_full_disk_ends_with_a_sentence(kind: str, tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk:
        disk.fill(psutil.Process())
        try:
            result = start_on(disk.folder)
        finally:
            disk.free(psutil.Process())
    assert result.returncode == 2
    assert "The disk is full. Free some space and start again" in result.stderr
    assert "Traceback" not in result.stderr


def start_on(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs `make run` until it ends."""
    environment = {**os.environ, "XRAY_LOCAL_DIR": str(folder), "PORT": str(find_free_ports())}
    command = [sys.executable, "-m", "local.run"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
