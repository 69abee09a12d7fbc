"""Starts the whole system on this machine and says where it is: `python -m local.run`.

PORT, MODEL, SAMPLES and XRAY_LOCAL_DIR are read from the environment.
"""

import logging
import os
import signal
import sys
import time

from local.aws.cognito import ACCOUNTS, PASSWORD
from local.cli.clean_data import alone
from local.errors import LocalError
from local.progress import Progress
from local.settings import Settings, from_environment
from local.stack import Stack


def main() -> int:
    logging.basicConfig(level=logging.WARNING)
    progress = Progress()
    try:
        settings = from_environment(os.environ)
        with alone(settings.folder):
            _run(settings, progress)
    except LocalError as error:
        progress.print_error(str(error))
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _run(settings: Settings, progress: Progress) -> None:
    _stop_at_signals()
    stack = Stack(settings, progress)
    try:
        stack.start()
        _welcome(settings, progress)
        while True:
            stack.watch()
            time.sleep(1)
    finally:
        _ignore_signals()
        with progress.step("Stopped"):
            stack.stop()


def _stop_at_signals() -> None:
    """Ctrl-C and SIGTERM alike interrupt whatever goes on; a second one changes nothing."""

    def stop(number: int, frame: object) -> None:
        _ignore_signals()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _welcome(settings: Settings, progress: Progress) -> None:
    progress.print()
    progress.print(f"[bold]{settings.public_url}[/]")
    for account in ACCOUNTS:
        progress.print(f"  {account.email:<22} {PASSWORD}   {account.description}")
    progress.print(
        f"Logs are in {settings.logs}, data in {settings.data}. Ctrl-C stops everything."
    )


if __name__ == "__main__":
    sys.exit(main())
