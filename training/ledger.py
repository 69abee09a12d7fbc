"""The ledger of the test half: each model is evaluated on it once, and the figures stand here."""

import csv
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

LEDGER = Path(__file__).with_name("ledger.csv")

Figures = dict[str, float]
Intervals = dict[str, list[float]]


def read_ledger(ledger: Path) -> list[dict[str, str]]:
    """Its rows in order; none when nothing has been evaluated."""
    if not ledger.is_file():
        return []
    with ledger.open(newline="") as lines:
        return list(csv.DictReader(lines))


def evaluate_once(
    ledger: Path, *, version: str, evaluate: Callable[[], tuple[Figures, Intervals]]
) -> tuple[Figures, Intervals]:
    """The figures that the ledger holds for model `version`, else new ones, written down.

    A model that has been evaluated is never evaluated again, so that nothing can be chosen by
    looking at the test half twice.
    """
    for row in read_ledger(ledger):
        if row["model_version"] == version:
            return _read(row)
    figures, intervals = evaluate()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    row = {"date": today, "model_version": version}
    for name, value in figures.items():
        low, high = intervals[name]
        row |= {name: f"{value:.6f}", f"{name}_low": f"{low:.6f}", f"{name}_high": f"{high:.6f}"}
    is_new = not ledger.is_file()
    with ledger.open("a", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(row), lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)
    return _read(row)


def _read(row: Mapping[str, str]) -> tuple[Figures, Intervals]:
    names = [column.removesuffix("_low") for column in row if column.endswith("_low")]
    figures = {name: float(row[name]) for name in names}
    intervals = {name: [float(row[f"{name}_low"]), float(row[f"{name}_high"])] for name in names}
    return figures, intervals
