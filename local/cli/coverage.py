"""Prints the coverage of the last `make test COVERAGE=1`, and checks it against its floors."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import coverage

# Percent of lines and branches of all units that the tests' own processes run: the figure of today,
# rounded down. What runs in other processes, such as the local system's, is not measured.
_MIN_COVERAGE = 78.0
# Percent of branches, for each unit on which an answer depends.
_MIN_BRANCH_COVERAGE = 95.0
_UNITS = ("contracts", "lambdas", "screening", "storage")


def main() -> int:
    """Returns 0, or 2 where a floor is not reached."""
    _parser().parse_args()
    measurement = coverage.Coverage()
    measurement.load()
    measurement.report(include=[f"{unit}/*" for unit in _UNITS], show_missing=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        total = measurement.json_report(outfile=str(path))
        files = json.loads(path.read_text())["files"]
    is_reached = [
        _check("all units, lines and branches", total, floor=_MIN_COVERAGE),
        *(
            _check(f"{unit}, branches", share, floor=_MIN_BRANCH_COVERAGE)
            for unit, share in compute_branch_coverage(files)
        ),
    ]
    return 0 if all(is_reached) else 2


def compute_branch_coverage(files: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Percent of the branches of each unit, from the files of coverage's JSON report."""
    for unit in _UNITS:
        summaries = [file["summary"] for name, file in files.items() if Path(name).parts[0] == unit]
        branches = sum(summary["num_branches"] for summary in summaries)
        yield unit, 100 * sum(summary["covered_branches"] for summary in summaries) / branches


def _check(name: str, share: float, *, floor: float) -> bool:
    print(f"Coverage of {name}: {share:.1f} %, at least {floor:.0f} %")
    return share >= floor


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.cli.coverage", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
