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

from contracts import texts
from contracts.answers import Decision
from local.offline_screening import Line, Screening
from local.settings import Model
from screening.errors import ModelError

_INSTALL_TRAINING = "install it with `make .venv/.training`"

_COLOURS = {
    Decision.PNEUMONIA: "yellow",
    Decision.NO_PNEUMONIA: "cyan",
    Decision.UNCERTAIN: "magenta",
}


def list_files(paths: list[Path]) -> list[Path]:
    """The files, and those of folders at any depth, in order; hidden ones are passed over."""
    found: list[Path] = []
    for path in paths:
        inside = (p for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith("."))
        found += inside if path.is_dir() else [path]
    return found


def screen_files(screening: Screening, files: list[Path]) -> Iterator[tuple[Line, str]]:
    """The lines of the files, in order. Progress goes to the terminal beside the output, and
    nowhere where there is no terminal.
    """
    console = Console(stderr=True)
    quiet = not console.is_terminal
    workers = ThreadPoolExecutor(screening.workers)
    try:
        answers = workers.map(screening.screen, files)
        yield from track(answers, "Screening", total=len(files), console=console, disable=quiet)
    finally:  # Ctrl-C leaves the files that nobody has begun.
        workers.shutdown(cancel_futures=True)


def main() -> int:
    """0 when every file was looked at, 2 when a path or the model is not there."""
    chosen = _parser().parse_args()
    missing = [str(path) for path in chosen.paths if not path.exists()]
    if missing:
        print(f"There is no file or folder {', '.join(missing)}.", file=sys.stderr)
        return 2
    try:
        screening = Screening(chosen.model)
    except ModelError as error:
        print(f"The model cannot be used: {error}.", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        print(f"The endpoint model needs {error.name}: {_INSTALL_TRAINING}.", file=sys.stderr)
        return 2
    lines = screen_files(screening, list_files(chosen.paths))
    if chosen.json:
        for line, _ in lines:
            print(json.dumps(asdict(line)))
    else:
        _print_table(list(lines))
    return 0


def _print_table(lines: list[tuple[Line, str]]) -> None:
    table = Table(box=None, header_style="bold")
    table.add_column("File", overflow="fold")
    table.add_column("Answer")
    table.add_column("Probability", justify="right")
    for line, sentence in lines:
        probability = "" if line.probability is None else texts.format_percent(line.probability)
        colour = _COLOURS.get(line.decision, "dim") if line.decision else "dim"
        table.add_row(escape(line.file), f"[{colour}]{escape(sentence)}[/]", probability)
    console = Console()
    console.print(table)
    versions = {line.model_version for line, _ in lines}
    console.print(f"\nModel {', '.join(versions)}. {texts.DISCLAIMER}" if lines else "No files.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.screen", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--model", type=Model, choices=list(Model), default=Model.CPU)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    return parser


if __name__ == "__main__":
    sys.exit(main())
