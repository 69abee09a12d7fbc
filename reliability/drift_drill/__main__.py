"""Prints after how many answers each change rings, and how often an unchanged site does."""

import argparse
import os
from pathlib import Path

from local.settings import ROOT
from reliability.drift_drill.films import load_films
from reliability.drift_drill.scenarios import count_false_rings, count_season, replay

_SEASON_WINDOWS = 1000


def main() -> None:
    arguments = _parser().parse_args()
    films = load_films(ROOT / "models", arguments.data, ROOT / "build")
    results = list(replay(films))
    for result in results:
        names = ", ".join(
            f"{signal.name} {signal.psi:.2f} ({signal.severity})" for signal in result.signals
        )
        after = f"after {result.answers} answers" if result.answers else "not within 200"
        print(f"{result.name}: {after}{': ' if names else ''}{names}")
    notes, pages = count_season(films, _SEASON_WINDOWS)
    print(f"a season, 16 to 30 %: {notes} notes and {pages} pages in {_SEASON_WINDOWS} windows")
    false = count_false_rings(films, arguments.windows)
    rang = sum(result.answers is not None for result in results)
    print(f"rang {rang} of {len(results)} within 200, false {false} of {arguments.windows}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reliability.drift_drill", description=__doc__)
    data = os.environ.get("XRAY_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(data), help="the X-ray data set")
    parser.add_argument("--windows", type=int, default=10_000, help="simulated windows")
    return parser


if __name__ == "__main__":
    main()
