"""How long reads take with Redis and without it, in one run: `python -m benchmarks.reads`.

It starts a system of its own, sends phantoms, reads, takes Redis away and reads again.
"""

import statistics
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import requests

from local.cli.sample import write_samples
from reliability.api_client import Doctor
from reliability.outages import Mishaps
from reliability.running_system import RunningSystem, start_system

_RADIOGRAPHS = 40
_READS = 100


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="xray-reads-") as name:
        folder = Path(name)
        films = write_samples(folder / "films")
        (folder / "system").mkdir()
        system = start_system(folder / "system")
        try:
            radiographs = _send(system, films)
            routes = {
                "a record with its answer": [f"/v1/radiographs/{one}" for one in radiographs],
                "the worklist": ["/v1/radiographs"],
            }
            near = {name: _read(system, paths) for name, paths in routes.items()}
            Mishaps(system, seed=0).kill_redis()
            far = {name: _read(system, paths) for name, paths in routes.items()}
        finally:
            system.stop()
    for name in routes:
        (with_p50, with_p95), (p50, p95) = near[name], far[name]
        print(
            f"{name}: with Redis p50 {with_p50:.0f} ms, p95 {with_p95:.0f} ms; "
            f"without p50 {p50:.0f} ms, p95 {p95:.0f} ms, {p95 / with_p95:.1f} times as long"
        )


def _send(system: RunningSystem, films: list[Path]) -> list[str]:
    """The ids, once all are answered."""
    doctor, sent = Doctor(system), []
    for number in range(_RADIOGRAPHS):
        film = films[number % len(films)]
        created = doctor.announce(film.name, film.read_bytes(), key=str(uuid4()))
        doctor.send(created, film.read_bytes())
        sent.append(created.radiograph.id)
    while not all(doctor.is_answered(one) for one in sent):
        time.sleep(0.5)
    return sent


def _read(system: RunningSystem, paths: list[str]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    waits = []
    with requests.Session() as http:
        http.headers.update(system.auth_headers())
        for number in range(_READS):
            began = time.perf_counter()
            http.get(system.url + paths[number % len(paths)], timeout=60).raise_for_status()
            waits.append((time.perf_counter() - began) * 1000)
    return statistics.median(waits), statistics.quantiles(waits, n=20)[-1]


if __name__ == "__main__":
    main()
