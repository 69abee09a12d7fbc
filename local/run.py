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

from local.login import ACCOUNTS, PASSWORD
from local.prepare import PrepareError
from local.progress import Progress
from local.redis_server import RedisMissingError
from local.settings import Settings, SettingsError, from_environment
from local.stack import Stack, StartError


class TakenError(Exception):
    """Another run has the data folder."""


def main() -> int:
    logging.basicConfig(level=logging.WARNING)
    progress = Progress()
    try:
        settings = from_environment(os.environ)
        with _alone(settings.folder):
            return _run(settings, progress)
    except (SettingsError, TakenError) as error:
        progress.say(f"[red]✕[/] {error}")
        return 2


def _run(settings: Settings, progress: Progress) -> int:
    stopped = _stop_signals()
    stack = Stack(settings, progress)
    try:
        stack.start()
        _welcome(settings, progress)
        stopped.wait()
        return 0
    except (StartError, PrepareError, RedisMissingError) as error:
        progress.say(f"[red]✕[/] {error}")
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        with progress.part("Stopped"):
            stack.stop()


def _stop_signals() -> threading.Event:
    """Set at Ctrl-C or SIGTERM; while parts still start, either interrupts."""
    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stopped.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return stopped


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
