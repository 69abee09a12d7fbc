"""The fixtures `cloud`, an AWS account by moto, and `answers`, one of stubbed clients."""

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

from local.npm.program import CDK_CLI, node
from tests.conftest import ROOT
from tests.deploy.stubbed_account import Answers
from tests.running_system import find_free_ports

_START_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """`skipped` are the resource types that moto lacks; `skipped_file` has one a line."""

    url: str
    skipped_file: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a person who works in this account."""
        return {
            **environment_without_aws(),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    @property
    def skipped(self) -> set[str]:
        return set(self.skipped_file.read_text().split())

    def client(self, service: str) -> Any:
        session: Any = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
        )
        return session.client(service, endpoint_url=self.url)

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

    def run_cdk(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """CDK's own command line. It makes the templates that `make` does, without the paths of
        constructs as metadata: moto answers an update of the data stack with an error.
        """
        program = [str(node()), str(CDK_CLI.package / "bin" / "cdk"), *arguments]
        options = ("--method", "direct", "--no-path-metadata", "--no-asset-metadata")
        return subprocess.run(
            [*program, *options, "--no-notices"],
            cwd=ROOT,
            env={**self.environment, "NO_COLOR": "1"},
            input="",
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    port = str(find_free_ports())
    skipped_file = folder / "skipped"
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "tests/deploy/moto_account.py", port, str(skipped_file)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    # CDK's command line accepts the host's name, but not its IP address.
    url = f"http://localhost:{port}"
    deadline = time.monotonic() + _START_SECONDS
    while not _is_ready(url):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    yield Cloud(url=url, skipped_file=skipped_file)
    process.kill()
    process.wait()


def _is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/moto-api/", timeout=1).ok
    except requests.RequestException:
        return False


def environment_without_aws() -> dict[str, str]:
    """The environment of this process, without the variables that configure AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


@pytest.fixture
def answers() -> Answers:
    return Answers()
