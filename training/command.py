"""The exit status of a command, and the sentence with which it ends early."""

import sys
from collections.abc import Callable

from training.errors import TrainingError


def run_command(
    command: Callable[[], None],
    *,
    interruption: str = "The same command goes on where this one ended.",
) -> int:
    """Returns 0, 2 with the error's sentence on stderr, or 130 with `interruption` after Ctrl-C."""
    try:
        command()
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"Stopped. {interruption}", file=sys.stderr)
        return 130
    return 0
