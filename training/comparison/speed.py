"""Times the CPU models of several folders in turns, so that other load meets all of them alike."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from contracts.endpoint import INPUT_COLUMNS, INPUT_ROWS
from contracts.model_layout import CARD_FILE
from screening.card import read_card
from screening.cpu_model import CpuModel

_BLACK = np.zeros((INPUT_ROWS, INPUT_COLUMNS), np.uint8)


def measure_speed(folders: Sequence[Path], *, turns: int) -> list[float]:
    """Returns the median seconds of one film, with one thread, for each model folder."""
    models = [load_cpu_model(folder, threads=1) for folder in folders]
    seconds = [[_measure_seconds(model) for model in models] for _ in range(turns)]
    medians: NDArray[np.float64] = np.median(seconds, axis=0)
    return [float(median) for median in medians]


def load_cpu_model(folder: Path, *, threads: int) -> CpuModel:
    """Returns the model of a folder, warm."""
    card = read_card(folder / CARD_FILE)
    model = CpuModel((folder / card.cpu_path).read_bytes(), card, threads=threads)
    model.predict(_BLACK)
    return model


def _measure_seconds(model: CpuModel) -> float:
    start = time.perf_counter()
    model.predict(_BLACK)
    return time.perf_counter() - start
