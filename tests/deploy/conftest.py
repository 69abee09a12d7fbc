"""An AWS account on this machine, and a stage as it was synthesised."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from deploy.account import Account
from tests.conftest import ROOT
from tests.running_system import find_free_ports

_START_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """`skipped` names a type for each resource that moto cannot make."""

    url: str
    listed: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a person's shell holds who works in this account."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {
            **kept,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    @property
    def skipped(self) -> set[str]:
        return set(self.listed.read_text().split())

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name="us-east-1", endpoint_url=self.url, **keys)

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """`python -m deploy`, as a person runs it."""
        return subprocess.run(
            [sys.executable, "-m", "deploy", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            input="",
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    port = str(find_free_ports())
    listed = folder / "skipped"
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "tests/deploy/cloud.py", port, str(listed)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    # CDK's command line takes the name, and not the number.
    url = f"http://localhost:{port}"
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(url):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    yield Cloud(url=url, listed=listed)
    process.kill()
    process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/moto-api/", timeout=1).ok
    except requests.RequestException:
        return False


@dataclass(frozen=True, kw_only=True)
class Known(Account):
    """An account whose clients answer what a test says."""

    clients: dict[str, Any]
    said: dict[str, str]

    def client(self, service: str) -> Any:
        return self.clients[service]

    def outputs(self, stage: str) -> dict[str, str]:
        return self.said
