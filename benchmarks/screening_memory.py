"""Measures what more memory brings the screening function.

Lambda grants processors in proportion to memory: 1,769 MB is one whole processor.
`python -m benchmarks.screening_memory FILE...` screens each file on one processor and on two, in
turns, and prints seconds and the cost of an answer in GB-seconds (Linux only).
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from contracts.model_layout import CARD_FILE
from local.offline_screening import MODELS_FOLDER
from screening import images
from screening.card import read_card
from screening.cpu_model import CpuModel
from screening.decode import decode_radiograph
from screening.errors import ScreeningError
from screening.saliency_overlay import encode_saliency_overlay

_MEGABYTES_PER_PROCESSOR = 1769
_ROUNDS = 5


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if a file or the model cannot be used."""
    arguments = _parser().parse_args()
    try:
        if arguments.processors:  # This is the child process of a measurement.
            print(json.dumps(_measure(arguments.files, arguments.processors)))
        else:
            _print_comparison(arguments.files)
    except (OSError, ScreeningError) as error:
        print(f"This cannot be measured: {error}.", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(error.stderr, end="", file=sys.stderr)
        return 2
    return 0


def _print_comparison(files: Sequence[Path]) -> None:
    results: dict[int, list[tuple[float, int]]] = {1: [], 2: []}
    for _ in range(_ROUNDS):
        for processors, rounds in results.items():
            rounds.append(_measure_in_child(files, processors))
    medians = {
        processors: statistics.median(seconds for seconds, _ in rounds)
        for processors, rounds in results.items()
    }
    peak = max(megabytes for rounds in results.values() for _, megabytes in rounds)
    for processors, seconds in medians.items():
        cost = seconds * processors * _MEGABYTES_PER_PROCESSOR / 1024
        print(f"{processors} processors: {seconds:.3f} s a radiograph, {cost:.2f} GB-seconds")
    print(f"two against one: {medians[1] / medians[2]:.2f} times as fast")
    print(f"peak memory of the process: {peak} MB")


def _measure_in_child(files: Sequence[Path], processors: int) -> tuple[float, int]:
    """Measures in a new process, whose processors and peak memory are its own."""
    command = [sys.executable, "-m", "benchmarks.screening_memory", *map(str, files)]
    result = subprocess.run(
        [*command, "--processors", str(processors)], check=True, capture_output=True, text=True
    )
    seconds, megabytes = json.loads(result.stdout)
    return seconds, megabytes


def _measure(files: Sequence[Path], processors: int) -> tuple[float, int]:
    """Returns the median seconds of a radiograph, and the process's peak memory in MB."""
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:processors]))
    card = read_card(MODELS_FOLDER / CARD_FILE)
    model = CpuModel((MODELS_FOLDER / card.cpu_path).read_bytes(), card, threads=processors)
    _screen(model, files[0].read_bytes())  # Warms up.
    durations = []
    for path in files:
        content = path.read_bytes()
        start = time.perf_counter()
        _screen(model, content)
        durations.append(time.perf_counter() - start)
    peak_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return statistics.median(durations), peak_kilobytes // 1024


def _screen(model: CpuModel, content: bytes) -> None:
    """Does all that the screening function does with a file, without its requests to AWS."""
    radiograph = decode_radiograph(content)
    prediction = model.predict(images.build_model_input(radiograph.pixels))
    encode_saliency_overlay(prediction.attention, radiograph.pixels.shape)
    images.encode_rendition(radiograph.pixels)
    images.encode_thumbnail(radiograph.pixels)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screening_memory", description=__doc__
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--processors", type=int, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
