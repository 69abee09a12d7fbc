"""The ledger of the test set: every model is evaluated on it once, and its metrics are stored here.

Models that were frozen together, such as the seeds of one recipe, share an evaluation number; the
column is named `look`.
"""

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path

from training.atomic_write import write_atomically
from training.value_types import Intervals, Metrics

LEDGER = Path(__file__).parent.parent / "ledger.csv"


def read_ledger(ledger: Path) -> list[dict[str, str]]:
    """Returns the rows in order; none if no model has been evaluated."""
    if not ledger.is_file():
        return []
    with ledger.open(newline="") as lines:
        return list(csv.DictReader(lines))


def next_evaluation_number(ledger: Path) -> int:
    return 1 + max((int(row["look"]) for row in read_ledger(ledger)), default=0)


def evaluate_once(
    ledger: Path,
    *,
    version: str,
    number: int,
    evaluate: Callable[[], tuple[Metrics, Intervals]],
) -> tuple[Metrics, Intervals]:
    """Returns the metrics in the ledger for model `version`, else evaluates and appends them.

    A model is never evaluated twice, so nothing can be chosen by repeated use of the test set.
    """
    rows = read_ledger(ledger)
    for row in rows:
        if row["model_version"] == version:
            return _parse_row(row)
    metrics, intervals = evaluate()
    today = dt.datetime.now(dt.UTC).date().isoformat()
    row = {"date": today, "look": str(number), "model_version": version}
    for name, value in metrics.items():
        low, high = intervals[name]
        row |= {name: f"{value:.6f}", f"{name}_low": f"{low:.6f}", f"{name}_high": f"{high:.6f}"}
    _write_rows(ledger, [*rows, row])
    return _parse_row(row)


def append_row(ledger: Path, row: Mapping[str, str]) -> None:
    """Adds a row at the end; the ledger and its columns are created where they are missing."""
    _write_rows(ledger, [*read_ledger(ledger), dict(row)])


def _write_rows(ledger: Path, rows: list[dict[str, str]]) -> None:
    """Writes all rows; a metric that an earlier evaluation did not measure stays empty."""
    buffer = io.StringIO(newline="")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(buffer, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomically(ledger, buffer.getvalue().encode())


def _parse_row(row: Mapping[str, str]) -> tuple[Metrics, Intervals]:
    names = [name.removesuffix("_low") for name in row if name.endswith("_low") and row[name]]
    metrics = {name: float(row[name]) for name in names}
    intervals = {name: [float(row[f"{name}_low"]), float(row[f"{name}_high"])] for name in names}
    return metrics, intervals
