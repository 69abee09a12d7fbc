"""Runs `python -m training.versions`; the command is in `release.versions`."""

import sys

from release.versions import main

if __name__ == "__main__":
    sys.exit(main())
