"""Screens files and folders on one machine, with no server and no login.

`python -m local.screen [--json] [--model cpu|endpoint] PATH...`
"""

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from contracts import evidence_texts, texts
from contracts.answers import Decision
from local.offline_screening import FileResult, Screening
from local.settings import Model
from screening.errors import ModelError

_INSTALL_TRAINING = "install it with `make .venv/.training`"

_COLOURS = {
    Decision.PNEUMONIA: "yellow",
    Decision.NO_PNEUMONIA: "cyan",
    Decision.UNCERTAIN: "magenta",
}


def list_files(paths: list[Path]) -> list[Path]:
    """Returns the files, and those in folders at any depth, sorted. Skips hidden files there."""
    files: list[Path] = []
    for path in paths:
        files += _files_in_folder(path) if path.is_dir() else [path]
    return files


def _files_in_folder(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("*"))
    return [path for path in paths if path.is_file() and not path.name.startswith(".")]


def screen_files(screening: Screening, files: list[Path]) -> Iterator[tuple[FileResult, str]]:
    """Yields each file's result and its sentence, in order. Shows progress on stderr if that is a
    terminal.
    """
    console = Console(stderr=True)
    is_quiet = not console.is_terminal
    workers = ThreadPoolExecutor(screening.workers)
    try:
        results = workers.map(screening.screen, files)
        yield from track(results, "Screening", total=len(files), console=console, disable=is_quiet)
    finally:  # After Ctrl-C the files that have not started are skipped.
        workers.shutdown(cancel_futures=True)


def main() -> int:
    """Returns 0 when every file has a result, or 2 with a sentence on stderr if a path or the model
    is missing.
    """
    arguments = _parser().parse_args()
    missing = [str(path) for path in arguments.paths if not path.exists()]
    if missing:
        print(f"There is no file or folder {', '.join(missing)}.", file=sys.stderr)
        return 2
    try:
        screening = Screening(arguments.model)
    except ModelError as error:
        print(f"The model cannot be used: {error}.", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"The endpoint model needs {error.name}: {_INSTALL_TRAINING}.", file=sys.stderr)
        return 2
    results = screen_files(screening, list_files(arguments.paths))
    if arguments.json:
        for result, _ in results:
            print(json.dumps(asdict(result)))
    else:
        _print_table(list(results))
    return 0


def _print_table(results: list[tuple[FileResult, str]]) -> None:
    table = Table(box=None, header_style="bold")
    table.add_column("File", overflow="fold")
    table.add_column("Answer")
    table.add_column("Probability", justify="right")
    for result, sentence in results:
        probability = result.probability
        percent = "" if probability is None else evidence_texts.format_percent(probability)
        colour = _COLOURS.get(result.decision, "dim") if result.decision else "dim"
        table.add_row(escape(result.file), f"[{colour}]{escape(sentence)}[/]", percent)
    console = Console()
    console.print(table)
    versions = {result.model_version for result, _ in results}
    console.print(f"\nModel {', '.join(versions)}. {texts.DISCLAIMER}" if results else "No files.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.screen", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser.add_argument(
        "--model", type=Model, choices=list(Model), default=Model.CPU, help="where the model runs"
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
