"""Runs `python -m training.tune`; the command is in `release.tune`."""

import sys

from collection.check import check_before_training
from release.tune import main

if __name__ == "__main__":
    sys.exit(main(check_before_training))
