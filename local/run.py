"""Starts the whole system on this machine and prints its address: `python -m local.run`.

PORT, MODEL, SAMPLES, PREFIX and XRAY_LOCAL_DIR are read from the environment.
"""

import argparse
import logging
import os
import signal
import sys
import time

from botocore.exceptions import ClientError

from local.aws.cognito import ACCOUNTS, PASSWORD
from local.errors import LocalError
from local.lossy_output import drop_output_if_disk_is_full
from local.processes.disk_space import is_disk_full
from local.processes.run_lock import run_lock
from local.progress import Progress
from local.settings import Settings, from_environment
from local.stack import Stack

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Returns 0 after Ctrl-C, or 2 with a sentence on stderr if the system cannot start."""
    _parser().parse_args()
    drop_output_if_disk_is_full()
    logging.basicConfig(level=logging.WARNING)
    progress = Progress()
    try:
        settings = from_environment(os.environ)
        with run_lock(settings.folder):
            _run_until_interrupt(settings, progress)
    except LocalError as error:
        progress.print_error(str(error))
        return 2
    except (ClientError, OSError) as error:
        if not is_disk_full(error):
            raise
        progress.print_error(f"The disk is full. Free some space and start again: {error}")
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def _run_until_interrupt(settings: Settings, progress: Progress) -> None:
    _interrupt_on_signals()
    stack = Stack(settings, progress)
    try:
        recovery = stack.start()
        _print_welcome(settings, progress)
        while True:
            recovery.check()
            time.sleep(1)
    finally:
        _ignore_signals()
        with progress.step("Stopped"):
            stack.stop()


def _interrupt_on_signals() -> None:
    """Raises KeyboardInterrupt at the first Ctrl-C, SIGTERM or SIGHUP; ignores the later ones."""

    def interrupt(number: int, frame: object) -> None:
        _ignore_signals()
        raise KeyboardInterrupt

    for number in _STOP_SIGNALS:
        signal.signal(number, interrupt)


def _ignore_signals() -> None:
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _print_welcome(settings: Settings, progress: Progress) -> None:
    progress.print()
    progress.print(f"[bold]{settings.public_url}[/]")
    for account in ACCOUNTS:
        progress.print(f"  {account.email:<24} {PASSWORD}   {account.description}")
    progress.print(f"Logs: {settings.logs}, data: {settings.data}. Ctrl-C stops everything.")


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog="python -m local.run", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
