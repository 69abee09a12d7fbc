"""Doctors at work at once, each step measured: `python -m reliability.load 20 --seconds 180`.

They ask the API of a system of their own, on this machine, which also plays the doctors. Whoever is
told to come again does so when told. The last line counts what was not kept.
"""

from reliability.locust_user import ANSWER, BUSY, BusyDoctor, Work  # isort: skip

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import psutil
from locust.env import Environment
from locust.stats import StatsEntry

from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.cli.sample import write_samples
from local.offline_screening import Screening
from local.settings import Model
from reliability.checker import Checker, summary
from reliability.running_system import RunningSystem, start_system
from reliability.test_images import Film, expected

_MEGABYTE = 1024 * 1024
_EACH_SECONDS = 5.0


def main() -> int:
    """0 where every promise was kept and nothing failed."""
    chosen = _parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="xray-load-") as folder:
        return run(Path(folder), doctors=chosen.doctors, seconds=chosen.seconds)


def run(folder: Path, *, doctors: int, seconds: int) -> int:
    films = _films(folder / "films")
    (folder / "system").mkdir()
    system = start_system(folder / "system")
    try:
        work = BusyDoctor.work = Work(films=films, headers=system.auth_headers())
        environment = Environment(user_classes=[BusyDoctor], host=system.url)
        with _memory(system) as megabytes:
            let_work(environment, doctors=doctors, seconds=seconds)
        checker = Checker(system.s3, facts_bucket=FACTS_BUCKET, images_bucket=IMAGES_BUCKET)
        faults = checker.faults(work.sent)
    finally:
        system.stop()
    failed = report(environment, seconds=seconds)
    for part, held in megabytes.items():
        third = len(held) // 3
        middle, last = held[third : 2 * third] or held, held[2 * third :]
        print(
            f"memory of {part}: {statistics.median(middle):.0f} MB in the middle third, "
            f"{statistics.median(last):.0f} MB in the last"
        )
    print(f"failed {failed} {summary(faults, of=len(work.sent))}")
    return 1 if failed or faults else 0


def _films(folder: Path) -> list[Film]:
    """Phantoms of full size, as PNG, JPEG and DICOM, with what each gets without a server."""
    screening = Screening(Model.CPU)
    return [
        Film(name=path.name, content=path.read_bytes(), expected=expected(screening, path))
        for path in write_samples(folder)
    ]


def let_work(environment: Environment, *, doctors: int, seconds: int) -> None:
    """All come within the first ten seconds, and each ends the film at hand."""
    runner = environment.create_local_runner()
    environment.stop_timeout = 60
    runner.start(doctors, spawn_rate=max(1, doctors / 10))
    gevent.sleep(seconds)
    runner.quit()


@contextmanager
def _memory(system: RunningSystem) -> Iterator[dict[str, list[float]]]:
    """What the system's processes hold of their own, in MB, every five seconds: those of the
    functions, and what stands for AWS here.
    """
    megabytes: dict[str, list[float]] = {"the functions": [], "what stands for AWS": []}
    root = psutil.Process(system.process.pid)

    def look() -> None:
        while True:
            held = dict.fromkeys(megabytes, 0.0)
            for process in [root, *root.children(recursive=True)]:
                name, own = _held(process)
                held[name] += own / _MEGABYTE
            for name, sum_of_all in held.items():
                megabytes[name].append(sum_of_all)
            gevent.sleep(_EACH_SECONDS)

    looking = gevent.spawn(look)
    yield megabytes
    looking.kill()


def _held(process: psutil.Process) -> tuple[str, int]:
    try:
        line = " ".join(process.cmdline())
        own = int(process.memory_full_info().uss)
    except psutil.Error:
        return "the functions", 0
    of_functions = "awslambdaric" in line or "screening.sandbox_process" in line
    return "the functions" if of_functions else "what stands for AWS", own


def report(environment: Environment, *, seconds: int) -> int:
    """Prints a line for each step; the number of failures."""
    entries = sorted(environment.stats.entries.values(), key=lambda entry: str(entry.name))
    busy = sum(entry.num_requests for entry in entries if entry.name == BUSY)
    print(f"{'step':22}{'number':>8}{'a second':>10}{'p50':>8}{'p95':>8}{'p99':>8}  ms")
    for entry in entries:
        if entry.name != BUSY:
            _print(entry, seconds=seconds)
    for error in environment.stats.errors.values():
        print(f"{error.occurrences} x {error.name}: {error.error}")
    answered = sum(e.num_requests - e.num_failures for e in entries if e.name == ANSWER)
    print(f"{answered} answered, {busy} requests {BUSY}")
    return sum(entry.num_failures for entry in entries)


def _print(entry: StatsEntry, *, seconds: int) -> None:
    slow = [entry.get_response_time_percentile(share) for share in (0.5, 0.95, 0.99)]
    numbers = "".join(f"{milliseconds:8.0f}" for milliseconds in slow)
    print(f"{entry.name:22}{entry.num_requests:8}{entry.num_requests / seconds:10.1f}{numbers}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.load", description=__doc__)
    parser.add_argument("doctors", nargs="?", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=180)
    return parser


if __name__ == "__main__":
    sys.exit(main())
