"""What memory buys the screening function: Lambda gives processors by it, 1,769 MB a whole one.

`python -m benchmarks.screening_memory FILE...` works each file through on one processor and on two,
in turns, and prints seconds and what each answer costs in GB-seconds (Linux only).
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from local.offline_screening import MODELS_FOLDER
from screening import images
from screening.card import read_card
from screening.cpu_model import CpuModel
from screening.decode import decode_radiograph

_MEGABYTES_A_PROCESSOR = 1769
_ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screening_memory")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--processors", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.processors:
        print(json.dumps(_work(chosen.files, chosen.processors)))
        return
    measured: dict[int, list[tuple[float, int]]] = {1: [], 2: []}
    for _ in range(_ROUNDS):
        for processors, runs in measured.items():
            runs.append(_in_a_process_of_its_own(chosen.files, processors))
    median = {n: statistics.median(each for each, _ in runs) for n, runs in measured.items()}
    peak = max(megabytes for runs in measured.values() for _, megabytes in runs)
    for processors, seconds in median.items():
        cost = seconds * processors * _MEGABYTES_A_PROCESSOR / 1024
        print(f"{processors} processors: {seconds:.3f} s a radiograph, {cost:.2f} GB-seconds")
    print(f"two against one: {median[1] / median[2]:.2f} times as fast")
    print(f"peak memory of the process: {peak} MB")


def _in_a_process_of_its_own(files: list[Path], processors: int) -> tuple[float, int]:
    command = [sys.executable, "-m", "benchmarks.screening_memory", *map(str, files)]
    done = subprocess.run(
        [*command, "--processors", str(processors)], check=True, capture_output=True, text=True
    )
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def _work(files: list[Path], processors: int) -> tuple[float, int]:
    """Median seconds of all that a radiograph asks of the processor, and the process's peak."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:processors]))
    card = read_card(MODELS_FOLDER / "model_card.json")
    model = CpuModel((MODELS_FOLDER / card.cpu_path).read_bytes(), card, threads=processors)
    _screen(model, files[0].read_bytes())
    taken = []
    for path in files:
        content = path.read_bytes()
        began = time.perf_counter()
        _screen(model, content)
        taken.append(time.perf_counter() - began)
    peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return statistics.median(taken), peak_kilobytes // 1024


def _screen(model: CpuModel, content: bytes) -> None:
    radiograph = decode_radiograph(content)
    prediction = model.predict(images.build_model_input(radiograph.pixels))
    images.encode_saliency_overlay(prediction.attention, radiograph.pixels.shape)
    images.encode_rendition(radiograph.pixels)
    images.encode_thumbnail(radiograph.pixels)


if __name__ == "__main__":
    main()
