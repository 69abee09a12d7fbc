"""The whole system, started by a test as `make run` starts it, on free ports.

Its data are in a folder of its own; staged bundles, Lambda's environment and the login server are
those of the checkout.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.aws.clients import build_client
from local.aws.cognito import PASSWORD
from local.settings import ROOT, Settings, from_environment

_START_SECONDS = 180.0
_STOP_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class RunningSystem:
    """`process` is the one that `make run` starts; the addresses are those it wrote down."""

    process: "subprocess.Popen[bytes]"
    settings: Settings
    url: str
    aws_url: str
    login_url: str
    issuer: str
    client_id: str
    queue_url: str

    @property
    def s3(self) -> Any:
        return build_client("s3", self.aws_url)

    @property
    def sqs(self) -> Any:
        return build_client("sqs", self.aws_url)

    def fetch_id_token(self, email: str = "doctor@north.example") -> str:
        """An ID token, as the page gets one after the login."""
        answer = build_client("cognito-idp", self.login_url).initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["IdToken"])

    def auth_headers(self, email: str = "doctor@north.example") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.fetch_id_token(email)}"}

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_STOP_SECONDS)


def start_system(
    folder: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> RunningSystem:
    """Starts the system with its data in `folder` and waits until it is up."""
    chosen = {**(environment or {}), "PORT": str(port or find_free_ports())}
    process = start_process(folder, chosen)
    written = folder / "stack.json"
    written.unlink(missing_ok=True)
    deadline = time.monotonic() + _START_SECONDS
    while not written.exists() or not written.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError((folder / "output").read_text())
        time.sleep(0.05)
    known = json.loads(written.read_text())
    known.pop("logs")
    settings = from_environment({**chosen, "XRAY_LOCAL_DIR": str(folder)})
    return RunningSystem(process=process, settings=settings, **known)


def start_process(folder: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """`make run`, with what it prints in a file beside its data."""
    chosen = {**os.environ, **environment, "XRAY_LOCAL_DIR": str(folder)}
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "local.run"],
            cwd=ROOT,
            env=chosen,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def find_free_ports() -> int:
    """The first of five ports in a row that nobody listens on."""
    while True:
        first = random.randrange(20_000, 30_000)
        if all(_is_free(port) for port in range(first, first + 5)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
