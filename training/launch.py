"""Runs `python -m training.launch`; the command is in `release.launch`."""

import sys

from release.launch import main

if __name__ == "__main__":
    sys.exit(main())
