"""Runs `python -m training.launch`; the command is in `release.launch`."""

import sys

from collection.check import check_before_training
from release.launch import main

if __name__ == "__main__":
    sys.exit(main(check_before_training))
