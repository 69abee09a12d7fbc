"""Writes the results of an acceptance test beside the site's data: page, JSON and ledger."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.acceptance.page import build_page
from training.atomic_write import write_atomically
from training.data.manifest import DataError
from training.evaluation.ledger import append_row
from training.output_folder import require_folder

LEDGER_FILE = "ledger.csv"
_TRAINING = Path(__file__).resolve().parents[1]


def check_out(out: Path) -> None:
    """Refuses a folder of the repository, which is public, and one that takes no files.

    Raises TrainingError.
    """
    if out.resolve().is_relative_to(_TRAINING):
        raise DataError(f"{out} is in the public code. Name a folder beside the data by --out.")
    require_folder(out)


def write_report(result: Mapping[str, Any], out: Path) -> Path:
    """Writes page and JSON, named by version and films, and adds a row to the ledger.

    Returns the page's path. Only page and JSON name files, those of the worst errors.
    """
    name = f"{result['model_version']}-{result['data']['films_sha256'][:8]}"
    page = out / f"{name}.html"
    content = json.dumps(_drop_nan(result), indent=2, allow_nan=False)
    write_atomically(out / f"{name}.json", content.encode())
    write_atomically(page, build_page(result).encode())
    for point in result["points"]:
        append_row(out / LEDGER_FILE, _build_row(result, point))
    return page


def _build_row(result: Mapping[str, Any], point: str) -> dict[str, str]:
    data, measured = result["data"], result["points"][point]
    row = {
        "date": result["date"],
        "model_version": result["model_version"],
        "point": point,
        "split": data["split"],
        "films": str(data["films"]),
        "patients": str(data["patients"]),
        "films_sha256": data["films_sha256"],
    }
    for name, value in measured["metrics"].items():
        if name in measured["intervals_95"]:
            low, high = measured["intervals_95"][name]
            row |= {
                name: f"{value:.6f}",
                f"{name}_low": f"{low:.6f}",
                f"{name}_high": f"{high:.6f}",
            }
    return row


def _drop_nan(value: Any) -> Any:
    """Returns the same with null for each number that JSON does not have."""
    if isinstance(value, Mapping):
        return {name: _drop_nan(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_drop_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
