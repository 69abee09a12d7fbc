"""Measures the nightly refill of one site: `python -m benchmarks.refill [COUNT]`.

Refills in this process, over a real Redis and moto's S3 in a process of its own: with an empty
Redis, and with one that has all records, as on most nights. Measures the processor's time of this
process, because that is what a function on a part of a processor waits for.
"""

import argparse
import sys
import time

from benchmarks.worklists import run_services
from reliability.running_system import SITE

_COUNT = 1_000
_RUNS = 3


def main() -> int:
    """Prints milliseconds for each record, from the fastest of some runs; returns 0."""
    count = _parser().parse_args().count
    with run_services(count) as connection:
        _refill()  # Completes the search's index, as the first night does.
        empty, full = [], []
        for _ in range(_RUNS):
            connection.flushall()
            empty.append(_refill())
            full.append(_refill())
    each_empty, each_full = (min(seconds) * 1000 / count for seconds in (empty, full))
    print(
        f"{count} films: {each_empty:.2f} ms of processor time a record with Redis empty, "
        f"{each_full:.2f} ms with Redis full: {each_full / each_empty:.0%}"
    )
    return 0


def _refill() -> float:
    """The seconds of processor time of one nightly refill."""
    # Here, since the function reads its environment once it is imported.
    from lambdas.refill_cache import refill_cache
    from lambdas.settings import read_settings

    start = time.process_time()
    counts = refill_cache(read_settings(), site=SITE, missing_only=True)
    assert all(counts.values()), "the site was not refilled"
    return time.process_time() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.refill", description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=_COUNT, help="number of films")
    return parser


if __name__ == "__main__":
    sys.exit(main())
