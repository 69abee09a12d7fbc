"""Starts the whole system on free ports, as `make run` does, for a test or a measurement.

Its data are in a folder of its own. The staged bundles, the Lambda environment and the login
server are those of the checkout.
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

# The account that most clients act for.
DOCTOR, SITE = "doctor@north.example", "siteNorth"

_START_SECONDS = 180.0
_STOP_SECONDS = 30.0


class SystemStartError(Exception):
    """The system did not start; the message is the output of `make run`."""


@dataclass(frozen=True, kw_only=True)
class RunningSystem:
    """`process` runs `local.run`; the addresses are those that it wrote to `stack.json`."""

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

    def fetch_id_token(self, email: str = DOCTOR) -> str:
        """Logs in and returns the ID token that the page would send."""
        response = build_client("cognito-idp", self.login_url).initiate_auth(
            ClientId=self.client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
        )
        return str(response["AuthenticationResult"]["IdToken"])

    def auth_headers(self, email: str = DOCTOR) -> dict[str, str]:
        """Logs in and returns the header that authorises a request to the API."""
        return {"Authorization": f"Bearer {self.fetch_id_token(email)}"}

    def stop(self) -> int:
        """Sends what Ctrl-C sends; returns the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_STOP_SECONDS)


def start_system(
    folder: Path, environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> RunningSystem:
    """Starts the system with its data in `folder` and waits until it is ready.

    It uses `port` and the four ports behind it. Raises SystemStartError.
    """
    variables = {**(environment or {}), "PORT": str(port or find_free_ports())}
    process = start_process(folder, variables)
    addresses = folder / "stack.json"
    addresses.unlink(missing_ok=True)
    deadline = time.monotonic() + _START_SECONDS
    while not addresses.exists() or not addresses.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise SystemStartError((folder / "output").read_text())
        time.sleep(0.05)
    fields = json.loads(addresses.read_text())
    fields.pop("logs")
    settings = from_environment({**variables, "XRAY_LOCAL_DIR": str(folder)})
    return RunningSystem(process=process, settings=settings, **fields)


def start_process(folder: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Starts `local.run` without waiting; its output goes to a file in `folder`."""
    variables = {**os.environ, **environment, "XRAY_LOCAL_DIR": str(folder)}
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "local.run"],
            cwd=ROOT,
            env=variables,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def find_free_ports() -> int:
    """Returns the first of five consecutive free ports."""
    while True:
        first = random.randrange(20_000, 30_000)
        if all(_is_free(port) for port in range(first, first + 5)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
