"""Runs `python -m training.collect`; the command is in `collection.command`."""

import sys

from collection.command import main

if __name__ == "__main__":
    sys.exit(main())
