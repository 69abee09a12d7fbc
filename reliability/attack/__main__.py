"""Attacks a system of its own, and prints a table of what was tried.

`python -m reliability.attack --seed 1`: each row has an item of OWASP ASVS 5.0.0 or of the API
Security Top 10 of 2023, what was tried, the number of tries, and how many were held or broken.
`--small` runs a few tries of each row. The last line counts them.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from reliability.attack.controls import ControlError
from reliability.attack.suite import attack, prepare
from reliability.attack.table import format_breaks, format_summary, format_table
from reliability.running_system import SystemStartError, start_system


def main() -> int:
    """Returns 0 if every try was held, 1 if not, 2 if the system did not start or answer."""
    arguments = _parser().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="xray-attack-") as folder:
            system = start_system(Path(folder))
            try:
                target = prepare(system)
                results = attack(target, seed=arguments.seed, is_small=arguments.small)
            finally:
                system.stop()
    except (ControlError, SystemStartError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    for text in (format_table(results), format_breaks(results), format_summary(results)):
        print(text, end="\n" if text else "")
    return 0 if all(result.is_held for result in results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.attack", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--small", action="store_true")
    return parser


if __name__ == "__main__":
    sys.exit(main())
