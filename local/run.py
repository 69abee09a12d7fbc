"""Starts the whole system on this machine and says where it is: `python -m local.run`.

PORT, MODEL, SAMPLES and XRAY_LOCAL_DIR are read from the environment.
"""

import fcntl
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalError, TakenError
from local.login import ACCOUNTS, PASSWORD
from local.progress import Progress
from local.settings import Settings, from_environment
from local.stack import Stack


def main() -> int:
    logging.basicConfig(level=logging.WARNING)
    progress = Progress()
    try:
        settings = from_environment(os.environ)
        with _alone(settings.folder):
            _run(settings, progress)
    except LocalError as error:
        progress.fail(str(error))
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
        threading.Event().wait()
    finally:
        _ignore_signals()
        with progress.part("Stopped"):
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
    progress.say()
    progress.say(f"[bold]{settings.public_url}[/]")
    for account in ACCOUNTS:
        progress.say(f"  {account.email:<22} {PASSWORD}   {account.is_for}")
    progress.say(f"Logs are in {settings.logs}, data in {settings.data}. Ctrl-C stops everything.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The system frees the lock when the process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TakenError(
                f"The system runs already with the data in {folder}. Stop it first, or choose "
                "another folder: make run XRAY_LOCAL_DIR=folder PORT=9000"
            ) from error
        yield


if __name__ == "__main__":
    sys.exit(main())
