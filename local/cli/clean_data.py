"""Removes all radiographs, answers and accounts of a data folder.

`python -m local.cli.clean_data`, with the data folder in XRAY_LOCAL_DIR.
"""

import argparse
import os
import shutil
import sys

from local.errors import LocalError
from local.processes.run_lock import run_lock
from local.settings import from_environment


def main() -> int:
    """Returns 0, or 2 with a sentence on stderr if the system runs or a setting is wrong."""
    _parser().parse_args()
    try:
        settings = from_environment(os.environ)
        with run_lock(settings.folder):
            shutil.rmtree(settings.data, ignore_errors=True)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Removed {settings.data}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.cli.clean_data", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
