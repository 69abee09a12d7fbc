"""Runs `python -m training.register`; the command is in `release.register`."""

import sys

from release.register import main

if __name__ == "__main__":
    sys.exit(main())
