"""Services that stop are started again some times, and then the run ends with a sentence."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from local.errors import ServiceStartError
from local.processes import services
from local.processes.backoff import Backoff
from local.processes.group import Command, Processes
from local.processes.services import REDIS, Services
from local.settings import Settings

ENDING = "print('no port'); raise SystemExit(3)"


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The only service is a program that ends at once, and restarts do not wait."""
    command = Command(arguments=[sys.executable, "-c", ENDING], folder=tmp_path)
    commands: dict[str, Callable[[], Command]] = {REDIS: lambda: command}
    monkeypatch.setattr(services, "_build_commands", lambda settings: commands)
    monkeypatch.setattr(Backoff, "is_over", lambda backoff: True)
    processes = Processes(record=tmp_path / "processes.json", logs=tmp_path)
    running = Services(Settings(folder=tmp_path, port=29_990), processes)
    with pytest.raises(ServiceStartError):
        running.start()
    return running


def test_a_service_that_stops_again_and_again_ends_the_run_with_a_sentence(
    started: Services, tmp_path: Path
) -> None:
    with pytest.raises(ServiceStartError, match=r"redis did not start: .*status 3, 6 times"):
        for _ in range(20):
            started.restart_stopped()
            time.sleep(0.1)
    assert (tmp_path / "redis.log").read_text().count("no port") == 6


def test_a_service_that_cannot_be_started_is_tried_as_often(
    started: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Processes, "start", fail)
    with pytest.raises(ServiceStartError, match="No space left on device, 6 times"):
        for _ in range(20):
            started.restart_stopped()


def test_a_service_that_had_run_well_is_started_again_without_end(
    started: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_RUNS_WELL_AFTER_SECONDS", 0.0)
    for _ in range(20):
        started.restart_stopped()
        time.sleep(0.05)
