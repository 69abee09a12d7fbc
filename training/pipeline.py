"""Runs `python -m training.pipeline`; the command is in `release.pipeline`."""

import sys

from collection.check import check_before_training
from release.pipeline import main

if __name__ == "__main__":
    sys.exit(main(check_before_training))
