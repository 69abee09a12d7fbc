"""Runs `python -m training.show`; the command is in `release.show`."""

import sys

from release.show import main

if __name__ == "__main__":
    sys.exit(main())
