"""The services around the functions, each a process: AWS, Redis, the login, the endpoint."""

import subprocess
import sys
import time

import requests

from local.aws import cognito
from local.errors import ServiceStartError
from local.processes import ports, redis_server
from local.processes.group import Command, Processes
from local.settings import ROOT, Model, Settings

# TensorFlow may take half a minute on a busy machine.
_PART_SECONDS = 120.0


class Services:
    """`start` and `wait_for_endpoint` raise PartError."""

    def __init__(self, settings: Settings, processes: Processes) -> None:
        self._settings = settings
        self._processes = processes
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Starts all of them and waits, but not for the endpoint: it takes the longest by far, and
        nothing asks it before the first radiograph.
        """
        settings, start = self._settings, self._start
        if settings.model is Model.ENDPOINT:
            start("endpoint", build_endpoint_command(settings))
        aws = start("aws", _aws(settings))
        redis = start("redis", redis_server.build_command(settings))
        login = start("login", cognito.build_command(settings))
        self._wait_for("aws", aws, f"{settings.aws_url}/moto-api/data.json")
        self._wait_for("redis", redis, settings.redis_port)
        self._wait_for("login", login, f"{settings.login_url}/health")

    def wait_for_endpoint(self) -> None:
        if endpoint := self._running.get("endpoint"):
            self._wait_for("endpoint", endpoint, f"{self._settings.endpoint_url}/ping")

    def ended(self) -> list[str]:
        """The names of those that have ended by themselves; each is named once."""
        ended = [name for name, process in self._running.items() if process.poll() is not None]
        for name in ended:
            self._processes.forget(self._running.pop(name))
        return ended

    def _start(self, name: str, command: Command) -> "subprocess.Popen[bytes]":
        self._running[name] = self._processes.start(name, command)
        return self._running[name]

    def _wait_for(self, name: str, process: "subprocess.Popen[bytes]", address: str | int) -> None:
        """Until the address answers: a URL with success, or a port at all."""
        deadline = time.monotonic() + _PART_SECONDS
        while not (_answers(address) if isinstance(address, str) else ports.is_open(address)):
            if process.poll() is not None:
                raise failed(self._processes, name, f"it ended with status {process.returncode}")
            if time.monotonic() > deadline:
                raise failed(self._processes, name, "it did not answer")
            time.sleep(0.05)


def failed(processes: Processes, name: str, why: str) -> ServiceStartError:
    """With the last lines of its log, which mostly say it."""
    log = processes.log(name)
    last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    return ServiceStartError(f"The part {name} did not start: {why}.\n{last}\nIts log is {log}")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.RequestException:
        return False


def _aws(settings: Settings) -> Command:
    chosen = {
        "--port": str(settings.aws_port),
        "--folder": str(settings.data / "objects"),
        "--origin": settings.origin,
    }
    return _module("local.aws.server", chosen)


def build_endpoint_command(settings: Settings) -> Command:
    chosen = {"--port": str(settings.endpoint_port), "--models": str(ROOT / "models")}
    return _module("local.sagemaker.endpoint", chosen)


def _module(name: str, chosen: dict[str, str]) -> Command:
    options = [text for pair in chosen.items() for text in pair]
    return Command(arguments=[sys.executable, "-m", name, *options], folder=ROOT)
