"""The ledger of the test half: each model is evaluated on it once, and the figures stand here.

Models that were frozen together, such as one recipe's seeds, share a look.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from training.fit.checkpoint import write_atomically

LEDGER = Path(__file__).parent.parent / "ledger.csv"

Metrics = dict[str, float]
Intervals = dict[str, list[float]]


def read_ledger(ledger: Path) -> list[dict[str, str]]:
    """Its rows in order; none when nothing has been evaluated."""
    if not ledger.is_file():
        return []
    with ledger.open(newline="") as lines:
        return list(csv.DictReader(lines))


def next_evaluation_number(ledger: Path) -> int:
    return 1 + max((int(row["look"]) for row in read_ledger(ledger)), default=0)


def evaluate_once(
    ledger: Path, *, version: str, look: int, evaluate: Callable[[], tuple[Metrics, Intervals]]
) -> tuple[Metrics, Intervals]:
    """The figures that the ledger holds for model `version`, else new ones, written down.

    A model that has been evaluated is never evaluated again, so that nothing can be chosen by
    looking at the test half twice.
    """
    rows = read_ledger(ledger)
    for row in rows:
        if row["model_version"] == version:
            return _read(row)
    figures, intervals = evaluate()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    row = {"date": today, "look": str(look), "model_version": version}
    for name, value in figures.items():
        low, high = intervals[name]
        row |= {name: f"{value:.6f}", f"{name}_low": f"{low:.6f}", f"{name}_high": f"{high:.6f}"}
    _write(ledger, [*rows, row])
    return _read(row)


def _write(ledger: Path, rows: list[dict[str, str]]) -> None:
    """A figure that a row has not stays empty: earlier looks measured less."""
    content = io.StringIO(newline="")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(content, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(ledger, content.getvalue().encode())


def _read(row: Mapping[str, str]) -> tuple[Metrics, Intervals]:
    names = [name.removesuffix("_low") for name in row if name.endswith("_low") and row[name]]
    figures = {name: float(row[name]) for name in names}
    intervals = {name: [float(row[f"{name}_low"]), float(row[f"{name}_high"])] for name in names}
    return figures, intervals
