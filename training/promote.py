"""Runs `python -m training.promote`; the command is in `release.promote`."""

import sys

from release.promote import main

if __name__ == "__main__":
    sys.exit(main())
