"""The data folder of a run: one run at a time, and how it is emptied.

`python -m local.cli.clean_data` removes its radiographs, answers and accounts.
"""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import InUseError, LocalError
from local.settings import from_environment


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Raises TakenError where a run has the folder. The system frees the lock when the process
    ends, however it ends.
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


def main() -> None:
    try:
        settings = from_environment(os.environ)
        with alone(settings.folder):
            shutil.rmtree(settings.data, ignore_errors=True)
    except LocalError as error:
        sys.exit(str(error))
    print(f"{settings.data} is gone.")


if __name__ == "__main__":
    main()
