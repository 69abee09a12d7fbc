"""How many radiographs a second `local.screen` reads, and how much of that is the network.

`python -m benchmarks.screening_speed FOLDER [--files 200]`
"""

import argparse
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from local.offline_screening import MODELS_FOLDER, Screening
from local.screen import list_files, screen_files
from local.settings import Model
from screening.card import read_card
from screening.cpu_model import CpuModel


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screening_speed")
    parser.add_argument("folder", type=Path, help="a folder of 224-pixel JPEGs")
    parser.add_argument("--files", type=int, default=200)
    chosen = parser.parse_args()
    files = list_files([chosen.folder])[: chosen.files]
    card = read_card(MODELS_FOLDER / "model_card.json")
    content = (MODELS_FOLDER / card.cpu_path).read_bytes()
    black = np.zeros((INPUT_ROWS, INPUT_COLUMNS), np.uint8)
    screening = Screening(Model.CPU)
    list(screen_files(screening, files[:8]))
    network = {
        threads: _per_second(_predictions(CpuModel(content, card, threads=threads), black))
        for threads in (1, 2)
    }
    whole = _rate(screen_files(screening, files))
    for threads, rate in network.items():
        print(f"network alone, one at a time, {threads} threads: {rate:5.1f} a second")
    print(f"local.screen over {len(files)} files:           {whole:5.1f} a second")
    print(f"local.screen / network with 2 threads:     {whole / network[2]:5.2f}")


def _predictions(model: CpuModel, pixels: np.ndarray) -> Callable[[], object]:
    model.predict(pixels)
    return lambda: model.predict(pixels)


def _per_second(call: Callable[[], object], *, calls: int = 50) -> float:
    return _rate(call() for _ in range(calls))


def _rate(work: Iterable[object]) -> float:
    began = time.perf_counter()
    done = sum(1 for _ in work)
    return done / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
