"""Runs `python -m training.lineage`; the command is in `release.lineage`."""

import sys

from release.lineage import main

if __name__ == "__main__":
    sys.exit(main())
