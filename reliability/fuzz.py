"""Fuzzes the decoding of image files, each in the sandbox: `python -m reliability.fuzz 100000`.

The last line counts the files that were neither decoded nor refused with a reason: `crashes` ended
the sandbox process, `server_errors` raised any other error. Such files are stored in `build/fuzz`.
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import Queue

from local.settings import ROOT
from reliability.example_files import build_examples
from reliability.mutations import mutate_files
from screening import images
from screening.errors import RejectedFile
from screening.sandbox import SandboxedDecoder
from screening.sandbox_process import TIMEOUT_SIGNAL

FINDINGS_FOLDER = ROOT / "build" / "fuzz"
CRASH, ERROR = "crash", "error"
_WORKERS = 2
# Files in memory at a time: a thread pool holds all that it is given.
_BATCH_SIZE = 1000


def main() -> int:
    """Returns 0 if every file was decoded or refused, 1 if not, 2 if the folder is missing."""
    arguments = _parser().parse_args()
    if arguments.examples and not arguments.examples.is_dir():
        print(f"There is no folder {arguments.examples}.", file=sys.stderr)
        return 2
    mutants = mutate_files(build_examples(arguments.examples), seed=arguments.seed)
    outcomes = run(islice(mutants, arguments.files))
    for outcome, count in outcomes.most_common():
        print(f"{outcome}: {count}")
    print(f"crashes {outcomes[CRASH]} server_errors {outcomes[ERROR]} of {arguments.files}")
    return 1 if outcomes[CRASH] + outcomes[ERROR] else 0


def run(files: Iterable[bytes]) -> "Counter[str]":
    """Decodes all files and counts the outcomes: "decoded", a rejection reason, CRASH or ERROR."""
    decoders: Queue[SandboxedDecoder] = Queue()
    for _ in range(_WORKERS):
        decoders.put(SandboxedDecoder())

    def decode(content: bytes) -> str:
        decoder = decoders.get()
        try:
            return _decode(decoder, content)
        finally:
            decoders.put(decoder)

    outcomes: Counter[str] = Counter()
    remaining = iter(files)
    with ThreadPoolExecutor(_WORKERS) as workers:
        while batch := list(islice(remaining, _BATCH_SIZE)):
            outcomes.update(workers.map(decode, batch))
    while not decoders.empty():
        decoders.get().close()
    return outcomes


def _decode(decoder: SandboxedDecoder, content: bytes) -> str:
    """Returns the outcome of one file, including the images that are derived from it."""
    try:
        radiograph = decoder(content)
        images.build_model_input(radiograph.pixels)
        images.encode_rendition(radiograph.pixels)
        images.encode_thumbnail(radiograph.pixels)
    except RejectedFile as rejection:
        if rejection.detail.startswith("SIG") and rejection.detail != TIMEOUT_SIGNAL:
            return _store_finding(content, CRASH)
        return str(rejection.reason)
    except Exception:  # The fuzzer searches for errors of any kind.
        return _store_finding(content, ERROR)
    return "decoded"


def _store_finding(content: bytes, outcome: str) -> str:
    FINDINGS_FOLDER.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(content).hexdigest()[:16]
    (FINDINGS_FOLDER / f"{outcome}-{digest}").write_bytes(content)
    return outcome


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.fuzz", description=__doc__)
    parser.add_argument("files", nargs="?", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=Path, help="a folder with more files to mutate")
    return parser


if __name__ == "__main__":
    sys.exit(main())
