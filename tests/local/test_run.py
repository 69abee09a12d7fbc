"""`make run` from outside: what stops it from starting, what it keeps, what it leaves."""

import base64
import io
import json
import signal
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from PIL import Image

from local.cli.clean_data import main as remove_data
from tests.local.processes.test_group import has_ended
from tests.running_system import RunningSystem, find_free_ports, start_process, start_system


def output_of(folder: Path, environment: dict[str, str]) -> str:
    process = start_process(folder, environment)
    assert process.wait(60) != 0
    return " ".join((folder / "output").read_text().split())


def test_a_taken_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    port = find_free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        told = output_of(tmp_path, {"PORT": str(port)})
    assert f"Port {port + 1} (storage and queue) is taken by" in told
    assert f"make run PORT={port + 100}" in told


def test_a_data_folder_serves_one_run_at_a_time(system: RunningSystem) -> None:
    told = output_of(system.settings.folder, {"PORT": str(find_free_ports())})
    assert "The system runs already" in told
    assert requests.get(f"{system.url}/samples/").ok


def test_the_data_of_a_running_system_are_not_removed(
    system: RunningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XRAY_LOCAL_DIR", str(system.settings.folder))
    with pytest.raises(SystemExit, match="The system runs already"):
        remove_data()
    assert system.settings.data.exists()


def test_removing_the_data_leaves_the_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("data", "logs"):
        (tmp_path / name / "inner").mkdir(parents=True)
    monkeypatch.setenv("XRAY_LOCAL_DIR", str(tmp_path))
    remove_data()
    assert {path.name for path in tmp_path.iterdir()} == {"logs", "run.lock"}


@dataclass(frozen=True, kw_only=True)
class Story:
    """A system that was killed while a radiograph lay in its queue, started again, and stopped."""

    answer: dict[str, Any]
    subjects: tuple[str, str]
    killed: list[int]
    stopped: list[int]
    status: int


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("killed")
    first = start_system(folder)
    killed, subject = children(first), subject_of(first)
    # The poller is held still, so that the message waits in the queue.
    radiograph = upload(first, lambda: first.process.send_signal(signal.SIGSTOP))
    first.process.kill()
    first.process.wait()
    cut_off = folder / "data" / "login" / ".cognito" / "db" / "clients.json"
    cut_off.write_text(cut_off.read_text()[:50])
    second = start_system(folder)
    return Story(
        answer=final(second, radiograph),
        subjects=(subject, subject_of(second)),
        killed=killed,
        stopped=children(second),
        status=second.stop(),
    )


def test_what_lay_in_the_queue_at_a_kill_is_answered_after_it(story: Story) -> None:
    assert story.answer["state"] == "screened"


def test_the_accounts_outlive_a_login_database_that_a_kill_cut_off(story: Story) -> None:
    assert story.subjects[0] == story.subjects[1]


def test_a_start_ends_what_a_killed_run_left(story: Story) -> None:
    assert len(story.killed) >= 7
    assert all(has_ended(pid) for pid in story.killed)


def test_stopping_leaves_no_process(story: Story) -> None:
    assert story.status == 0
    assert all(has_ended(pid) for pid in story.stopped)


def subject_of(system: RunningSystem) -> str:
    """Who the doctor is to the facts."""
    body = system.fetch_id_token().split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=="))["sub"])


def children(system: RunningSystem) -> list[int]:
    return [child.pid for child in psutil.Process(system.process.pid).children(recursive=True)]


def upload(system: RunningSystem, before_the_bytes: Callable[[], None]) -> str:
    """The id of a radiograph whose bytes arrive after `before_the_bytes` was called."""
    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, "PNG")
    content = picture.getvalue()
    headers = {**system.auth_headers(), "Idempotency-Key": str(uuid.uuid4())}
    body = {"file_name": "a.png", "bytes": len(content)}
    made = requests.post(f"{system.url}/v1/radiographs", json=body, headers=headers).json()
    before_the_bytes()
    form = made["upload"]
    assert requests.post(form["url"], data=form["fields"], files={"file": content}).ok
    return str(made["radiograph"]["id"])


def final(system: RunningSystem, radiograph: str) -> dict[str, Any]:
    """The radiograph as soon as it has an answer, or as it is after 40 seconds."""
    url, headers = f"{system.url}/v1/radiographs/{radiograph}", system.auth_headers()
    for _ in range(20):
        view = dict(requests.get(url, params={"wait": 2}, headers=headers).json())
        if view["state"] in ("screened", "rejected", "failed"):
            break
    return view
