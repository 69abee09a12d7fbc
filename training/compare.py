"""Runs `python -m training.compare`; the command is in `release.compare`."""

import sys

from release.compare import main

if __name__ == "__main__":
    sys.exit(main())
