"""Runs `python -m training.gate`; the command is in `release.gate`."""

import sys

from release.gate import main

if __name__ == "__main__":
    sys.exit(main())
