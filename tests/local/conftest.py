"""Single parts of the local system as fixtures."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from bundles.bundle_contents import API
from bundles.function_definitions import Function
from local.aws.clients import build_client
from local.cli.prepare import prepare
from local.lambda_runtime.functions import build_pool
from local.lambda_runtime.pool import Pool
from local.processes.group import Processes
from local.progress import Progress
from local.settings import ROOT
from tests.running_system import find_free_ports

Start = Callable[..., Pool]


@contextmanager
def aws_process(folder: Path, *, port: int) -> Iterator[Any]:
    """Runs `local.aws.server` with objects in `folder`, for a page on the previous port."""
    options = ["--folder", str(folder), "--origin", f"http://localhost:{port - 1}"]
    command = [sys.executable, "-m", "local.aws.server", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        url = f"http://localhost:{port}"
        _wait_for(lambda: requests.get(f"{url}/moto-api/config", timeout=5).ok)
        yield build_client("s3", url)
    finally:
        process.kill()
        process.wait()


def _wait_for(is_ready: Callable[[], bool]) -> None:
    for _ in range(600):
        try:
            if is_ready():
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("it did not answer within half a minute")


@pytest.fixture(scope="session")
def aws_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Starts `local.aws.server` and yields its port."""
    port = find_free_ports() + 1
    with aws_process(tmp_path_factory.mktemp("objects"), port=port):
        yield port


@pytest.fixture(scope="session")
def s3(aws_port: int) -> Any:
    return build_client("s3", f"http://localhost:{aws_port}")


@pytest.fixture(scope="session")
def runtime() -> None:
    """Installs Lambda's environment, as a run does."""
    prepare(Progress())


@pytest.fixture
def start(tmp_path: Path, runtime: None) -> Iterator[Start]:
    """Starts the pool of a function with the given code; its log is tmp_path/function.log."""
    processes = Processes(record=tmp_path / "processes.json", logs=tmp_path)
    pools: list[Pool] = []

    def start_pool(code: str, *, timeout_seconds: int = 10) -> Pool:
        (tmp_path / "code_of.py").write_text(code)
        function = Function(
            name="function",
            bundle=API,
            handler="code_of.handler",
            memory_megabytes=128,
            timeout_seconds=timeout_seconds,
            environment={},
        )
        environment = {
            "AWS_LAMBDA_FUNCTION_NAME": "function",
            "LAMBDA_TASK_ROOT": str(tmp_path),
        }
        pools.append(build_pool(function, tmp_path, environment, processes))
        return pools[-1]

    yield start_pool
    for pool in pools:
        pool.close()
    processes.stop_all()
