"""Measures the memory of the running system's processes during a load test."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import gevent
import psutil

from local.lambda_runtime.functions import BOOTSTRAP
from reliability.running_system import RunningSystem

_MEGABYTE = 1024 * 1024
_INTERVAL_SECONDS = 5.0

_FUNCTIONS, _SERVICES = "the functions", "the local services"


@contextmanager
def measure_memory(system: RunningSystem) -> Iterator[dict[str, list[float]]]:
    """Adds a measurement every five seconds, until the block ends.

    The lists hold megabytes of unique memory (USS): of the functions' processes, and of all other
    processes that the system has started.
    """
    megabytes: dict[str, list[float]] = {_FUNCTIONS: [], _SERVICES: []}
    root = psutil.Process(system.process.pid)

    def measure() -> None:
        while True:
            totals = dict.fromkeys(megabytes, 0.0)
            for process in [root, *root.children(recursive=True)]:
                group, used = _unique_memory(process)
                totals[group] += used / _MEGABYTE
            for group, total in totals.items():
                megabytes[group].append(total)
            gevent.sleep(_INTERVAL_SECONDS)

    greenlet = gevent.spawn(measure)
    yield megabytes
    greenlet.kill()


def print_memory(megabytes: Mapping[str, Sequence[float]]) -> None:
    """Prints each group's median in the middle third and in the last: growth shows as a leak."""
    for group, totals in megabytes.items():
        third = len(totals) // 3
        middle, last = totals[third : 2 * third] or totals, totals[2 * third :]
        print(
            f"memory of {group}: {statistics.median(middle):.0f} MB in the middle third, "
            f"{statistics.median(last):.0f} MB in the last"
        )


def _unique_memory(process: psutil.Process) -> tuple[str, int]:
    """Returns the group of a process and its bytes; 0 bytes for one that has ended."""
    try:
        line = " ".join(process.cmdline())
        used = _read_unique_memory(process)
    except psutil.Error:
        return _FUNCTIONS, 0
    is_function = str(BOOTSTRAP) in line or "screening.sandbox_process" in line
    return _FUNCTIONS if is_function else _SERVICES, used


def _read_unique_memory(process: psutil.Process) -> int:
    """Returns bytes; about so many for the screening function, whose memory is closed to others."""
    try:
        return int(process.memory_full_info().uss)
    except psutil.AccessDenied:
        memory = process.memory_info()
        return int(memory.rss - memory.shared)
