"""What is installed once and found again: a folder with a note of what it was made from."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import PrepareError
from local.settings import TOOLS_FOLDER

_NOTE = "made-from"


def is_current(folder: Path, made_from: str) -> bool:
    note = folder / _NOTE
    return note.exists() and note.read_text() == made_from


def note(folder: Path, made_from: str) -> None:
    """The last step: a folder without its note is made again."""
    (folder / _NOTE).write_text(made_from)


def run(command: list[str], *, path: str | None = None) -> None:
    """Raises PrepareError with all that the command printed."""
    environment = {**os.environ, **({"PATH": path} if path else {})}
    done = subprocess.run(
        command, cwd=TOOLS_FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        told = done.stdout.decode(errors="replace").strip()
        raise PrepareError(f"This failed:\n  {' '.join(command)}\n{told}")


@contextmanager
def alone() -> Iterator[None]:
    """Two runs that start together do not install over each other."""
    TOOLS_FOLDER.mkdir(exist_ok=True)
    with (TOOLS_FOLDER / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
