"""Lets only one run at a time use a data folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import InUseError


@contextmanager
def run_lock(folder: Path) -> Iterator[None]:
    """Raises InUseError if another run uses the folder.

    The operating system releases the lock when the process ends, even if it is killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUseError(
                f"The system runs already with the data in {folder}. Stop it first, or choose "
                "another folder: make run XRAY_LOCAL_DIR=folder PORT=9000"
            ) from error
        yield
