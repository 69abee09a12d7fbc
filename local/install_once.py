"""Installs things once: a finished folder holds a file that says what it was built from."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import PrepareError
from local.settings import TOOLS_FOLDER

_MARK = "made-from"


def is_installed(folder: Path, source: str) -> bool:
    """True if the folder is complete and was built from `source`, such as a version."""
    mark = folder / _MARK
    return mark.exists() and mark.read_text() == source


def mark_installed(folder: Path, source: str) -> None:
    """Is the last step of an installation: a folder without the mark is built again."""
    (folder / _MARK).write_text(source)


def run_installer(command: list[str], *, path: str | None = None) -> None:
    """Runs a command, with `path` as its PATH. Raises PrepareError with the command's output."""
    environment = {**os.environ, **({"PATH": path} if path else {})}
    result = subprocess.run(
        command, cwd=TOOLS_FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if result.returncode:
        output = result.stdout.decode(errors="replace").strip()
        raise PrepareError(f"This failed:\n  {' '.join(command)}\n{output}")


@contextmanager
def install_lock() -> Iterator[None]:
    """Lets one process at a time install into `.local`."""
    TOOLS_FOLDER.mkdir(exist_ok=True)
    with (TOOLS_FOLDER / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
