"""The exit status of a command, and the sentence with which it ends early."""

import sys
from collections.abc import Callable

from training.errors import TrainingError


def run_command(
    command: Callable[[], None],
    *,
    interruption: str = "The same command goes on where this one ended.",
) -> int:
    """Returns 0, 2 with the error's sentence on stderr, or 130 with `interruption` after Ctrl-C.

    A file that cannot be read or written is such an error.
    """
    try:
        command()
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        # Without a file it is no fault of the person's, such as a connection.
        if error.filename is None:
            raise
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"Stopped. {interruption}", file=sys.stderr)
        return 130
    return 0
