"""Prints the coverage of the last `make test COVERAGE=1`, and checks it against its floors."""

import argparse
import subprocess
import sys
from collections.abc import Mapping

# The share of lines and branches in percent that the tests' own processes run. The first is the
# figure of today, rounded down; the second is for the units on which an answer depends.
_FLOORS: Mapping[str, tuple[str, ...]] = {
    "75": (),
    "95": ("contracts/*", "lambdas/*", "screening/*", "storage/*"),
}


def main() -> int:
    """Returns 0, or 2 where a floor is not reached: coverage prints which."""
    _parser().parse_args()
    report = [sys.executable, "-m", "coverage", "report", "--precision=1"]
    results = []
    for floor, units in _FLOORS.items():
        print(f"Coverage of {', '.join(units) or 'all units'}, at least {floor} %:", flush=True)
        include = [f"--include={','.join(units)}"] if units else ["--format=total"]
        results.append(subprocess.run([*report, *include, f"--fail-under={floor}"]).returncode)
    return max(results)


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.cli.coverage", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
