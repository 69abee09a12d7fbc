"""The services that the functions use, each a process: AWS, Redis, the login, the endpoint."""

import subprocess
import sys
import time
from collections.abc import Callable

import requests

from local.aws import cognito
from local.errors import ServiceStartError
from local.processes import ports, redis_server
from local.processes.backoff import Backoff
from local.processes.group import Command, Processes
from local.settings import ROOT, Model, Settings

AWS, REDIS, LOGIN = "aws", "redis", "login"
_ENDPOINT = "endpoint"

# A service that ends sooner after its start has not run well. TensorFlow may fail after seconds.
_RUNS_WELL_AFTER_SECONDS = 5.0
_ENDPOINT_RUNS_WELL_AFTER_SECONDS = 30.0
_MAX_RESTARTS = 5
# TensorFlow can take half a minute to load on a busy machine.
_START_SECONDS = 120.0


class Services:
    """`start`, `wait_for_endpoint` and `restart_stopped` raise ServiceStartError. `warn` gets a
    sentence each time a service hangs, since the tries to start it last for minutes.
    """

    def __init__(
        self, settings: Settings, processes: Processes, *, warn: Callable[[str], object]
    ) -> None:
        self._settings = settings
        self._processes = processes
        self._warn = warn
        self._commands = _build_commands(settings)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        # When a service answered first; the endpoint, for which nobody waits: when it started.
        self._ready_times: dict[str, float] = {}
        self._stopped: set[str] = set()
        self._backoffs = {name: Backoff() for name in self._commands}

    def start(self) -> None:
        """Starts all services and waits for all but the endpoint.

        The endpoint takes the longest by far, and is not needed before the first radiograph.
        """
        for name in self._commands:
            self._start(name)
        for name in self._commands:
            if name != _ENDPOINT:
                self._wait_for(name)

    def wait_for_endpoint(self) -> None:
        if _ENDPOINT in self._commands:
            self._wait_for(_ENDPOINT)

    def restart_stopped(self) -> list[str]:
        """Starts the services again that have stopped by themselves, and returns their names.

        A service that stops again soon is started later, and after five times no more. The
        endpoint loads in the background and without a limit, because the CPU model answers
        meanwhile.
        """
        self._notice_stopped()
        return [name for name in sorted(self._stopped) if self._restart(name)]

    def _notice_stopped(self) -> None:
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self._processes.remove(self._running.pop(name))
                self._stopped.add(name)
                if self._has_run_well(name):
                    self._backoffs[name].reset()
                self._count_failure(name, f"it ended with status {process.returncode}")

    def _has_run_well(self, name: str) -> bool:
        """A service that hangs at its start, and is ended for that, has not."""
        if name not in self._ready_times:
            return False
        is_endpoint = name == _ENDPOINT
        limit = _ENDPOINT_RUNS_WELL_AFTER_SECONDS if is_endpoint else _RUNS_WELL_AFTER_SECONDS
        return time.monotonic() - self._ready_times[name] >= limit

    def _restart(self, name: str) -> bool:
        """Returns False if the service has to wait, or has not started this time."""
        if not self._backoffs[name].is_over():
            return False
        try:
            self._start(name)
        except OSError as error:  # There is no memory or no space on the disk.
            self._count_failure(name, str(error))
            return False
        if name != _ENDPOINT and (reason := self._find_failure(name)):
            process = self._running.pop(name)
            is_hanging = process.poll() is None
            self._processes.kill(process)
            self._count_failure(name, reason)
            if is_hanging:
                self._warn(self._describe_hang(name))
            return False
        self._stopped.discard(name)
        return True

    def _count_failure(self, name: str, reason: str) -> None:
        self._backoffs[name].add_failure()
        if self._backoffs[name].failures > _MAX_RESTARTS and name != _ENDPOINT:
            raise build_start_error(self._processes, name, f"{reason}, {_MAX_RESTARTS + 1} times")

    def _describe_hang(self, name: str) -> str:
        return (
            f"The service {name} did not answer within {_START_SECONDS:.0f} seconds of its start: "
            f"failure {self._backoffs[name].failures}, and the run ends at failure "
            f"{_MAX_RESTARTS + 1}. See {self._processes.log(name)}."
        )

    def _start(self, name: str) -> None:
        self._ready_times.pop(name, None)
        self._running[name] = self._processes.start(name, self._commands[name]())
        if name == _ENDPOINT:
            self._ready_times[name] = time.monotonic()

    def _wait_for(self, name: str) -> None:
        if reason := self._find_failure(name):
            raise build_start_error(self._processes, name, reason)

    def _find_failure(self, name: str) -> str:
        """Waits until a URL answers with success, or a port is open; returns what went wrong."""
        process, address = self._running[name], _health_address(name, self._settings)
        deadline = time.monotonic() + _START_SECONDS
        while not (_is_healthy(address) if isinstance(address, str) else ports.is_open(address)):
            if process.poll() is not None:
                return f"it ended with status {process.returncode}"
            if time.monotonic() > deadline:
                return "it did not answer"
            time.sleep(0.05)
        self._ready_times[name] = time.monotonic()
        return ""


def _build_commands(settings: Settings) -> dict[str, Callable[[], Command]]:
    """Returns what builds the command of each service, in the order in which they start."""
    endpoint = {_ENDPOINT: lambda: build_endpoint_command(settings)}
    return {
        **(endpoint if settings.model is Model.ENDPOINT else {}),
        AWS: lambda: _build_aws_command(settings),
        REDIS: lambda: redis_server.build_command(settings),
        LOGIN: lambda: cognito.build_command(settings),
    }


def _health_address(name: str, settings: Settings) -> str | int:
    """Returns a URL that answers with success, or a port that is open, when the service is up."""
    addresses: dict[str, str | int] = {
        _ENDPOINT: f"{settings.endpoint_url}/ping",
        AWS: f"{settings.aws_url}/moto-api/config",
        REDIS: settings.redis_port,
        LOGIN: f"{settings.login_url}/health",
    }
    return addresses[name]


def build_start_error(processes: Processes, name: str, reason: str) -> ServiceStartError:
    """Quotes the last lines of the log, which mostly hold the cause."""
    log = processes.log(name)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
    return ServiceStartError(f"The service {name} did not start: {reason}.\n{tail}\nLog: {log}")


def build_endpoint_command(settings: Settings) -> Command:
    options = {"--port": str(settings.endpoint_port), "--models": str(ROOT / "models")}
    return _build_module_command("local.sagemaker.endpoint", options)


def _build_aws_command(settings: Settings) -> Command:
    options = {
        "--port": str(settings.aws_port),
        "--folder": str(settings.data / "objects"),
        "--origin": settings.origin,
    }
    return _build_module_command("local.aws.server", options)


def _build_module_command(module: str, options: dict[str, str]) -> Command:
    arguments = [text for option in options.items() for text in option]
    return Command(arguments=[sys.executable, "-m", module, *arguments], folder=ROOT)


def _is_healthy(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False
