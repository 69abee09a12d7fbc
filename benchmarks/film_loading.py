"""Measures how long films of a data set take to load with and without a pixel cache, in turns.

`python -m benchmarks.film_loading DATA [--films 800]`
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from training.data.examples import load_images
from training.data.manifest import DataError, Radiograph, read_manifest
from training.data.pixel_cache import use_pixel_cache

_TURNS = 5


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if there is no data set."""
    arguments = _parser().parse_args()
    try:
        radiographs = read_manifest(arguments.data)[: arguments.films]
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        first = _measure(radiographs, Path(folder))
        turns = [
            (_measure(radiographs, None), _measure(radiographs, Path(folder)))
            for _ in range(_TURNS)
        ]
    plain, cached = (median(seconds) for seconds in zip(*turns, strict=True))
    print(f"films {len(radiographs)}  decoded {plain:.2f} s  cached {cached:.2f} s", end="  ")
    print(
        f"cached / decoded {cached / plain:.3f}  first, with writing / decoded {first / plain:.2f}"
    )
    return 0


def _measure(radiographs: Sequence[Radiograph], folder: Path | None) -> float:
    """Returns the seconds of one load."""
    with use_pixel_cache(folder, radiographs):
        start = time.perf_counter()
        load_images(radiographs)
        return time.perf_counter() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.film_loading", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of a data set")
    parser.add_argument("--films", type=int, default=800)
    return parser


if __name__ == "__main__":
    sys.exit(main())
