"""Runs doctors at once against a system of their own, and measures each step.

`python -m reliability.load 20 --seconds 180`: this machine runs the system and the doctors. A
request that is asked to retry later (429 with Retry-After) does so. The last line counts the
failures and the broken promises.
"""

from reliability.locust_user import ANSWER, BUSY, DoctorUser, Workload  # isort: skip

import argparse
import sys
import tempfile
from pathlib import Path

import gevent
from locust.env import Environment
from locust.stats import StatsEntry

from local.aws.resources import FACTS_BUCKET, IMAGES_BUCKET
from local.cli.sample import write_samples
from local.offline_screening import Screening
from local.settings import Model
from reliability.checker import Checker
from reliability.memory import measure_memory, print_memory
from reliability.running_system import SystemStartError, start_system
from reliability.sample_images import SampleImage, predict_result
from reliability.stored_objects import StoredObjects
from reliability.violations import format_summary

# Time for a user to finish its current image.
_STOP_SECONDS = 60
# All users start within this time.
_RAMP_SECONDS = 10


def main() -> int:
    """Returns 0 if no request failed and every promise was kept, 1 if not, 2 if the system did not
    start.
    """
    arguments = _parser().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="xray-load-") as folder:
            return run(Path(folder), doctors=arguments.doctors, seconds=arguments.seconds)
    except SystemStartError as error:
        print(error, file=sys.stderr)
        return 2


def run(folder: Path, *, doctors: int, seconds: int) -> int:
    """Prints the statistics and returns 1 if anything failed; `folder` holds the system's data."""
    images = _build_images(folder / "images")
    (folder / "system").mkdir()
    system = start_system(folder / "system")
    try:
        workload = DoctorUser.workload = Workload(images=images, headers=system.auth_headers())
        environment = Environment(user_classes=[DoctorUser], host=system.url)
        with measure_memory(system) as megabytes:
            run_users(environment, doctors=doctors, seconds=seconds)
        stored = StoredObjects(system.s3, facts_bucket=FACTS_BUCKET, images_bucket=IMAGES_BUCKET)
        violations = Checker(stored).find_violations(workload.uploads)
    finally:
        system.stop()
    failures = print_statistics(environment, seconds=seconds)
    print_memory(megabytes)
    print(f"failed {failures} {format_summary(violations, uploads=len(workload.uploads))}")
    return 1 if failures or violations else 0


def _build_images(folder: Path) -> list[SampleImage]:
    """Returns full-size phantoms as PNG, JPEG and DICOM, with the results to expect."""
    screening = Screening(Model.CPU)
    return [
        SampleImage(
            name=path.name, content=path.read_bytes(), expected=predict_result(screening, path)
        )
        for path in write_samples(folder)
    ]


def run_users(environment: Environment, *, doctors: int, seconds: int) -> None:
    """Starts all users within ten seconds; at the end, each finishes its current image."""
    runner = environment.create_local_runner()
    environment.stop_timeout = _STOP_SECONDS
    runner.start(doctors, spawn_rate=max(1, doctors / _RAMP_SECONDS))
    gevent.sleep(seconds)
    runner.quit()


def print_statistics(environment: Environment, *, seconds: int) -> int:
    """Prints a line for each step and each error; returns the number of failures."""
    entries = sorted(environment.stats.entries.values(), key=lambda entry: str(entry.name))
    retries = sum(entry.num_requests for entry in entries if entry.name == BUSY)
    print(f"{'step':22}{'number':>8}{'a second':>10}{'p50':>8}{'p95':>8}{'p99':>8}  ms")
    for entry in entries:
        if entry.name != BUSY:
            _print_entry(entry, seconds=seconds)
    for error in environment.stats.errors.values():
        print(f"{error.occurrences} x {error.name}: {error.error}")
    answers = sum(e.num_requests - e.num_failures for e in entries if e.name == ANSWER)
    print(f"{answers} answered, {retries} requests {BUSY}")
    return sum(entry.num_failures for entry in entries)


def _print_entry(entry: StatsEntry, *, seconds: int) -> None:
    percentiles = [entry.get_response_time_percentile(share) for share in (0.5, 0.95, 0.99)]
    columns = "".join(f"{milliseconds:8.0f}" for milliseconds in percentiles)
    print(f"{entry.name:22}{entry.num_requests:8}{entry.num_requests / seconds:10.1f}{columns}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.load", description=__doc__)
    parser.add_argument("doctors", nargs="?", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=180)
    return parser


if __name__ == "__main__":
    sys.exit(main())
