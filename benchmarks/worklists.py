"""Measures each list at 25, 3,000 and 100,000 films: `python -m benchmarks.worklists [COUNT...]`.

Calls the API function in this process, over a real Redis and moto's S3 in a process of its own.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import redis
import requests

from contracts.worklist_filters import Filter
from local.api_gateway.events import Route, build_event
from local.aws.clients import build_client
from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.http_server import Request
from local.processes.redis_server import find_redis_server
from local.settings import REGION
from reliability.running_system import SITE, find_free_ports

_COUNTS = (25, 3_000, 100_000)
_READS, _COLD_READS = 100, 40
_START_SECONDS = 600.0
_TOKEN = "the-token-of-this-redis"
_CLAIMS = {"sub": "a-doctor", "token_use": "id", "jti": "a", "cognito:groups": f"{SITE},doctor"}


def main() -> int:
    """Prints a line for each list and number of films; returns 0."""
    for count in _parser().parse_args().count or _COUNTS:
        with run_services(count) as connection:
            for name in Filter:
                warm = _measure(name, _READS)
                cold = _measure(name, _COLD_READS, before=connection.flushall)
                print(f"{count} films, {name}: {warm}; Redis empty: {cold}", flush=True)
    return 0


def _measure(name: Filter, reads: int, *, before: Callable[[], Any] = lambda: None) -> str:
    # Here, since the function reads its environment once it is imported.
    from lambdas.api.handler import handler

    request = Request(
        method="GET",
        target=f"/v1/radiographs?filter={name}",
        headers=[("Host", "localhost")],
        body=b"",
        source_ip="127.0.0.1",
    )
    event = build_event(request, Route(base="/v1/"), claims=_CLAIMS)
    context: Any = SimpleNamespace(
        function_name="api",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:api",
        aws_request_id="benchmark",
    )
    assert handler(event, context)["statusCode"] == 200
    milliseconds = []
    for _ in range(reads):
        before()
        start = time.perf_counter()
        handler(event, context)
        milliseconds.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    return f"p50 {statistics.median(milliseconds):.0f} ms, p95 {p95:.0f} ms"


@contextmanager
def run_services(count: int) -> Iterator["redis.Redis"]:
    """Starts S3 with films and an empty Redis, and yields a client of the latter."""
    port = find_free_ports()
    s3_url, redis_url = f"http://localhost:{port}", f"redis://127.0.0.1:{port + 1}/0"
    _set_environment(s3_url, redis_url)
    with (
        tempfile.TemporaryDirectory(prefix="xray-lists-") as folder,
        _run([sys.executable, "-m", "benchmarks.memory_s3", str(port), str(count)], Path.cwd()),
        _run(_redis_command(port + 1), Path(folder)),
    ):
        _wait_for(s3_url)
        secrets = build_client("secretsmanager", s3_url)
        for name in ("redis-token", "record-key", "search-key"):
            secrets.create_secret(Name=name, SecretString=_TOKEN)
        _forget_connections()
        yield redis.Redis.from_url(redis_url, password=_TOKEN)


def _set_environment(s3_url: str, redis_url: str) -> None:
    os.environ.update(
        {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": s3_url,
            "S3_ADDRESSING": "path",
            "POWERTOOLS_TRACE_DISABLED": "true",
            "POWERTOOLS_LOG_LEVEL": "CRITICAL",
            "STAGE": "benchmark",
            "FACTS_BUCKET": FACTS_BUCKET,
            "IMAGES_BUCKET": IMAGES_BUCKET,
            "REDIS_URL": redis_url,
            "REDIS_SECRET_ARN": "redis-token",
            "RECORD_KEY_ARN": "record-key",
            "SEARCH_KEY_ARN": "search-key",
        }
    )


def _forget_connections() -> None:
    from lambdas import clients
    from lambdas.api.services import services

    for factory in (clients.s3, clients.secrets, services):
        factory.cache_clear()


def _redis_command(port: int) -> list[str]:
    options = {"port": str(port), "bind": "127.0.0.1", "requirepass": _TOKEN, "save": ""}
    arguments = [text for name, value in options.items() for text in (f"--{name}", value)]
    return [str(find_redis_server()), *arguments]


@contextmanager
def _run(command: Sequence[str], folder: Path) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            requests.get(f"{url}/moto-api/config", timeout=5).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worklists", description=__doc__)
    parser.add_argument("count", nargs="*", type=int, help="numbers of films")
    return parser


if __name__ == "__main__":
    sys.exit(main())
