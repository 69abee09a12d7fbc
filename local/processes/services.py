"""The services that the functions use, each a process: AWS, Redis, the login, the endpoint."""

import subprocess
import sys
import time

import requests

from local.aws import cognito
from local.errors import ServiceStartError
from local.processes import ports, redis_server
from local.processes.group import Command, Processes
from local.settings import ROOT, Model, Settings

# TensorFlow can take half a minute to load on a busy machine.
_START_SECONDS = 120.0


class Services:
    """`start` and `wait_for_endpoint` raise ServiceStartError."""

    def __init__(self, settings: Settings, processes: Processes) -> None:
        self._settings = settings
        self._processes = processes
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Starts all services and waits for all but the endpoint.

        The endpoint takes the longest by far, and is not needed before the first radiograph.
        """
        settings, start = self._settings, self._start
        if settings.model is Model.ENDPOINT:
            start("endpoint", build_endpoint_command(settings))
        aws = start("aws", _build_aws_command(settings))
        redis = start("redis", redis_server.build_command(settings))
        login = start("login", cognito.build_command(settings))
        self._wait_for("aws", aws, f"{settings.aws_url}/moto-api/config")
        self._wait_for("redis", redis, settings.redis_port)
        self._wait_for("login", login, f"{settings.login_url}/health")

    def wait_for_endpoint(self) -> None:
        if endpoint := self._running.get("endpoint"):
            self._wait_for("endpoint", endpoint, f"{self._settings.endpoint_url}/ping")

    def remove_stopped(self) -> list[str]:
        """Returns the names of services that have stopped by themselves, each name once."""
        names = [name for name, process in self._running.items() if process.poll() is not None]
        for name in names:
            self._processes.remove(self._running.pop(name))
        return names

    def _start(self, name: str, command: Command) -> "subprocess.Popen[bytes]":
        self._running[name] = self._processes.start(name, command)
        return self._running[name]

    def _wait_for(self, name: str, process: "subprocess.Popen[bytes]", address: str | int) -> None:
        """Waits until a URL answers with success, or a port is open."""
        deadline = time.monotonic() + _START_SECONDS
        while not (_is_healthy(address) if isinstance(address, str) else ports.is_open(address)):
            if process.poll() is not None:
                reason = f"it ended with status {process.returncode}"
                raise build_start_error(self._processes, name, reason)
            if time.monotonic() > deadline:
                raise build_start_error(self._processes, name, "it did not answer")
            time.sleep(0.05)


def build_start_error(processes: Processes, name: str, reason: str) -> ServiceStartError:
    """Quotes the last lines of the log, which mostly hold the cause."""
    log = processes.log(name)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
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
