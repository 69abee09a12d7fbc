"""Prints the story of the half-year, the months' accuracy, and what was promoted and refused."""

import argparse
import logging
import os
import time
from pathlib import Path

from local.settings import ROOT
from reliability.half_year.account import start_account
from reliability.half_year.films import list_months, write_base_data
from reliability.half_year.hospital import Hospital
from reliability.half_year.releases import Releases
from reliability.half_year.report import draw_accuracies, format_table, list_accuracies
from reliability.half_year.simulation import HalfYear


def main() -> None:
    arguments = _parser().parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    start, folder = time.monotonic(), ROOT / "build" / "half-year"

    def say(line: str) -> None:
        print(f"{time.monotonic() - start:5.0f} s  {line}", flush=True)

    base_data = write_base_data(arguments.data, folder / "base")
    with start_account() as account:
        hospital = Hospital(account=account)
        releases = Releases(hospital=hospital, base_data=base_data, folder=folder, say=say)
        half_year = HalfYear(
            hospital=hospital, months=list_months(arguments.data), releases=releases, say=say
        )
        half_year.run()
    accuracies = list(list_accuracies(half_year.answered))
    print(format_table(accuracies))
    draw_accuracies(accuracies, arguments.plot or folder / "accuracy.svg")
    shift = next(each for each in accuracies if each.name.startswith("month 3"))
    print(
        f"promoted {releases.promoted} refused {releases.refused} "
        f"rolled_back {releases.rolled_back} "
        f"accuracy {shift.value:.3f} -> {accuracies[-1].value:.3f}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reliability.half_year", description=__doc__)
    data = os.environ.get("XRAY_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--data", type=Path, default=Path(data), help="the X-ray data set")
    parser.add_argument("--plot", type=Path, help="where the plot goes (build/half-year)")
    return parser


if __name__ == "__main__":
    main()
