"""Measures how many radiographs a second `local.screen` analyses, and the network's share of it.

`python -m benchmarks.screening_speed FOLDER [--files 200] [--against MODELS]`; `--against` is the
folder of another model, for example of an earlier release: the two networks take turns, and the
ratio of their median times is printed.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from local.offline_screening import MODELS_FOLDER, Screening
from local.screen import list_files, screen_files
from local.settings import Model
from training.comparison.speed import load_cpu_model, measure_speed

_PREDICTIONS = 50
_WARM_UP_FILES = 8
_TURNS = 200
_BLACK = np.zeros((INPUT_ROWS, INPUT_COLUMNS), np.uint8)


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if the folder is missing or empty."""
    arguments = _parser().parse_args()
    files = list_files([arguments.folder])[: arguments.files] if arguments.folder.is_dir() else []
    if not files:
        print(f"There are no files in {arguments.folder}.", file=sys.stderr)
        return 2
    screening = Screening(Model.CPU)
    list(screen_files(screening, files[:_WARM_UP_FILES]))
    network = {threads: _measure_rate(_predict(threads)) for threads in (1, 2)}
    total = _measure_rate(screen_files(screening, files))
    for threads, rate in network.items():
        print(f"network alone, one at a time, {threads} threads: {rate:5.1f} a second")
    print(f"local.screen over {len(files)} files:           {total:5.1f} a second")
    print(f"local.screen / network with 2 threads:     {total / network[2]:5.2f}")
    if arguments.against:
        ratio = _compare(arguments.against)
        print(f"time of the network / of {arguments.against}: {ratio:5.2f}")
    return 0


def _predict(threads: int) -> Iterator[object]:
    """Returns predictions of a black image; the model is loaded and warm before the first."""
    model = load_cpu_model(MODELS_FOLDER, threads=threads)
    return (model.predict(_BLACK) for _ in range(_PREDICTIONS))


def _compare(folder: Path) -> float:
    """Returns the median time of the released network over that of the one in `folder`."""
    released, other = measure_speed([MODELS_FOLDER, folder], turns=_TURNS)
    return released / other


def _measure_rate(work: Iterable[object]) -> float:
    """Returns how many items of `work` are done a second."""
    start = time.perf_counter()
    count = sum(1 for _ in work)
    return count / (time.perf_counter() - start)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screening_speed", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="a folder of 224-pixel JPEGs")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--against", type=Path, help="folder of another model")
    return parser


if __name__ == "__main__":
    sys.exit(main())
