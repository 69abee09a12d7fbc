"""Measures reads with Redis and without it: `python -m benchmarks.reads`.

Starts a system of its own, uploads phantoms, reads them, kills Redis and reads them again.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import requests

from local.cli.sample import write_samples
from reliability.api_client import ApiClient
from reliability.outages import Outages
from reliability.running_system import RunningSystem, SystemStartError, start_system

_RADIOGRAPHS = 40
_READS = 100

# The median and the 95th percentile, in milliseconds.
Percentiles = tuple[float, float]


def main() -> int:
    """Prints a line for each route and returns 0, or 2 if the system did not start or answer."""
    _parser().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="xray-reads-") as folder:
            with_redis, without_redis = run(Path(folder))
    except (SystemStartError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    for route, (redis_p50, redis_p95) in with_redis.items():
        p50, p95 = without_redis[route]
        print(
            f"{route}: with Redis p50 {redis_p50:.0f} ms, p95 {redis_p95:.0f} ms; "
            f"without p50 {p50:.0f} ms, p95 {p95:.0f} ms, {p95 / redis_p95:.1f} times as long"
        )
    return 0


def run(folder: Path) -> tuple[Mapping[str, Percentiles], Mapping[str, Percentiles]]:
    """Returns the response times by route, with Redis and without it."""
    images = write_samples(folder / "images")
    (folder / "system").mkdir()
    system = start_system(folder / "system")
    try:
        radiographs = _upload(system, images)
        routes = {
            "a record with its answer": [f"/v1/radiographs/{each}" for each in radiographs],
            "the worklist": ["/v1/radiographs"],
        }
        with_redis = {route: _measure(system, paths) for route, paths in routes.items()}
        Outages(system, seed=0).kill("redis")
        without_redis = {route: _measure(system, paths) for route, paths in routes.items()}
    finally:
        system.stop()
    return with_redis, without_redis


def _upload(system: RunningSystem, images: Sequence[Path]) -> list[str]:
    """Returns the ids of the radiographs once all are answered."""
    client, radiographs = ApiClient(system), []
    for number in range(_RADIOGRAPHS):
        image = images[number % len(images)]
        content = image.read_bytes()
        created = client.create_radiograph(image.name, content, key=str(uuid4()))
        client.upload(created, content)
        radiographs.append(created.radiograph.id)
    while not all(client.is_answered(radiograph) for radiograph in radiographs):
        time.sleep(0.5)
    return radiographs


def _measure(system: RunningSystem, paths: Sequence[str]) -> Percentiles:
    milliseconds = []
    with requests.Session() as http:
        http.headers.update(system.auth_headers())
        for number in range(_READS):
            start = time.perf_counter()
            http.get(system.url + paths[number % len(paths)], timeout=60).raise_for_status()
            milliseconds.append((time.perf_counter() - start) * 1000)
    return statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m benchmarks.reads", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
