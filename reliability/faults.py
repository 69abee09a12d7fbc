"""Uploads files while faults are injected, and checks every promise.

`python -m reliability.faults 50`: each part of the system is killed and paused, Redis is emptied
and refilled, the disk is full, a share of the requests to S3, SQS and the endpoint fails, and some
events, uploads and reviews are sent twice. The last line counts the broken promises.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from reliability.fault_run import run
from reliability.running_system import SystemStartError
from reliability.violations import format_summary


def main() -> int:
    """Returns 0 if every promise was kept, 1 if not, 2 if the system did not start or answer."""
    arguments = _parser().parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="xray-faults-") as folder:
            violations = run(arguments.uploads, Path(folder), seed=arguments.seed)
    except (SystemStartError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return 2
    for subject, violation in violations:
        print(f"{violation}: {subject}")
    print(format_summary(violations, uploads=arguments.uploads))
    return 1 if violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m reliability.faults", description=__doc__)
    parser.add_argument("uploads", nargs="?", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main())
