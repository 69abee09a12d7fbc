"""Services that stop are started again some times, and then the run ends with a sentence."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.errors import ServiceStartError
from local.processes import services
from local.processes.backoff import Backoff
from local.processes.group import Command, Processes
from local.processes.services import REDIS, Services
from local.settings import Settings

PORT = Settings(port=29_990).redis_port
ENDING = "print('no port'); raise SystemExit(3)"
HANGING = "import time; time.sleep(1)"
ANSWERING = f"import socket; socket.create_server(('127.0.0.1', {PORT})).accept()"


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture(params=[ENDING])
def service(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    warnings: list[str],
) -> Iterator[Services]:
    """The only service is a program that runs for a second at most, and restarts do not wait."""
    monkeypatch.setattr(services, "_START_SECONDS", 0.5)
    command = Command(arguments=[sys.executable, "-c", request.param], folder=tmp_path)
    commands: dict[str, Callable[[], Command]] = {REDIS: lambda: command}
    monkeypatch.setattr(services, "_build_commands", lambda settings: commands)
    monkeypatch.setattr(Backoff, "is_over", lambda backoff: True)
    processes = Processes(record=tmp_path / "processes.json", logs=tmp_path)
    settings = Settings(folder=tmp_path, port=29_990)
    yield Services(settings, processes, warn=warnings.append)
    processes.stop_all()


def restart(service: Services, *, times: int) -> None:
    for _ in range(times):
        service.restart_stopped()
        time.sleep(0.1)


def test_a_service_that_stops_again_and_again_ends_the_run_with_a_sentence(
    service: Services, tmp_path: Path, warnings: list[str]
) -> None:
    with pytest.raises(ServiceStartError, match=r"redis did not start: .*status 3"):
        service.start()
    with pytest.raises(ServiceStartError, match=r"redis did not start: .*status 3, 6 times"):
        restart(service, times=20)
    assert (tmp_path / "redis.log").read_text().count("no port") == 6
    assert warnings == []


@pytest.mark.parametrize("service", [HANGING], indirect=True)
def test_a_service_that_hangs_again_and_again_ends_the_run(
    service: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it hung: it has never run well."""
    monkeypatch.setattr(services, "_RUNS_WELL_AFTER_SECONDS", 0.0)
    with pytest.raises(ServiceStartError, match="it did not answer"):
        service.start()
    with pytest.raises(ServiceStartError, match="it did not answer, 6 times"):
        restart(service, times=50)


@pytest.mark.parametrize("service", [HANGING], indirect=True)
def test_the_first_hang_is_reported_with_a_sentence(service: Services, warnings: list[str]) -> None:
    """And not after all tries, which last for twelve minutes."""
    with pytest.raises(ServiceStartError):
        service.start()
    while not warnings:
        service.restart_stopped()
    [warning] = warnings
    assert warning.startswith("The service redis did not answer within 0 seconds of its start")
    assert "failure 2, and the run ends at failure 6. See " in warning


def test_a_service_that_cannot_be_started_is_tried_as_often(
    service: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ServiceStartError):
        service.start()
    monkeypatch.setattr(Processes, "start", fail)
    with pytest.raises(ServiceStartError, match="No space left on device, 6 times"):
        restart(service, times=20)


@pytest.mark.parametrize("service", [ANSWERING], indirect=True)
def test_a_service_that_had_run_well_is_started_again_without_end(
    service: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_START_SECONDS", 10.0)
    monkeypatch.setattr(services, "_RUNS_WELL_AFTER_SECONDS", 0.0)
    service.start()
    restarts = 0
    for _ in range(20):
        restarts += len(service.restart_stopped())
        time.sleep(0.1)
    assert restarts > 6
