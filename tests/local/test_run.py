"""`make run` from outside: errors at the start, what survives a kill, what a stop leaves."""

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

from local.cli import clean_data
from tests.local.processes.test_group import has_ended
from tests.running_system import RunningSystem, find_free_ports, start_process, start_system


def failed_start(folder: Path, environment: dict[str, str]) -> str:
    """Starts a run that must fail, and returns its output on one line."""
    process = start_process(folder, environment)
    assert process.wait(60) == 2
    return " ".join((folder / "output").read_text().split())


def test_a_taken_port_is_named_with_a_way_out(tmp_path: Path) -> None:
    port = find_free_ports()
    with socket.create_server(("127.0.0.1", port + 1)):
        output = failed_start(tmp_path, {"PORT": str(port)})
    assert f"Port {port + 1} (storage and queue) is taken by" in output
    assert f"make run PORT={port + 100}" in output


def test_a_data_folder_serves_one_run_at_a_time(system: RunningSystem) -> None:
    output = failed_start(system.settings.folder, {"PORT": str(find_free_ports())})
    assert "The system runs already" in output
    assert requests.get(f"{system.url}/samples/").ok


def test_the_data_of_a_running_system_are_not_removed(
    system: RunningSystem, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remove_data(system.settings.folder, monkeypatch) == 2
    assert "The system runs already" in capsys.readouterr().err
    assert system.settings.data.exists()


def remove_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("XRAY_LOCAL_DIR", str(folder))
    monkeypatch.setattr("sys.argv", ["clean_data"])
    return clean_data.main()


def test_removing_the_data_leaves_the_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("data", "logs"):
        (tmp_path / name / "inner").mkdir(parents=True)
    assert remove_data(tmp_path, monkeypatch) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"logs", "run.lock"}


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A system that was killed while a radiograph waited in its queue, restarted, and stopped."""

    answer: dict[str, Any]
    subjects: tuple[str, str]
    killed: list[int]
    stopped: list[int]
    status: int


@pytest.fixture(scope="module")
def restart(tmp_path_factory: pytest.TempPathFactory) -> Restart:
    folder = tmp_path_factory.mktemp("killed")
    first = start_system(folder)
    killed, subject = children(first), subject_of(first)
    # SIGSTOP pauses the queue poller, so that the message stays in the queue.
    radiograph = upload(first, lambda: first.process.send_signal(signal.SIGSTOP))
    first.process.kill()
    first.process.wait()
    database = folder / "data" / "login" / ".cognito" / "db" / "clients.json"
    database.write_text(database.read_text()[:50])
    second = start_system(folder)
    return Restart(
        answer=wait_for_answer(second, radiograph),
        subjects=(subject, subject_of(second)),
        killed=killed,
        stopped=children(second),
        status=second.stop(),
    )


def test_what_lay_in_the_queue_at_a_kill_is_answered_after_it(restart: Restart) -> None:
    assert restart.answer["state"] == "screened"


def test_the_accounts_outlive_a_login_database_that_a_kill_cut_off(restart: Restart) -> None:
    assert restart.subjects[0] == restart.subjects[1]


def test_a_start_ends_what_a_killed_run_left(restart: Restart) -> None:
    assert len(restart.killed) >= 7
    assert all(has_ended(pid) for pid in restart.killed)


def test_stopping_leaves_no_process(restart: Restart) -> None:
    assert restart.status == 0
    assert all(has_ended(pid) for pid in restart.stopped)


def subject_of(system: RunningSystem) -> str:
    """Returns the doctor's subject, which facts hold."""
    body = system.fetch_id_token().split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(body + "=="))["sub"])


def children(system: RunningSystem) -> list[int]:
    return [child.pid for child in psutil.Process(system.process.pid).children(recursive=True)]


def upload(system: RunningSystem, before_bytes: Callable[[], None]) -> str:
    """Uploads an image, calls `before_bytes` between announcement and bytes, returns the id."""
    image = io.BytesIO()
    Image.linear_gradient("L").save(image, "PNG")
    content = image.getvalue()
    headers = {**system.auth_headers(), "Idempotency-Key": str(uuid.uuid4())}
    body = {"file_name": "a.png", "bytes": len(content)}
    created = requests.post(f"{system.url}/v1/radiographs", json=body, headers=headers).json()
    before_bytes()
    form = created["upload"]
    assert requests.post(form["url"], data=form["fields"], files={"file": content}).ok
    return str(created["radiograph"]["id"])


def wait_for_answer(system: RunningSystem, radiograph: str) -> dict[str, Any]:
    """Returns the radiograph when it has an answer, or its state after 40 seconds."""
    url, headers = f"{system.url}/v1/radiographs/{radiograph}", system.auth_headers()
    for _ in range(20):
        view = dict(requests.get(url, params={"wait": 2}, headers=headers).json())
        if view["state"] in ("screened", "rejected", "failed"):
            break
    return view
