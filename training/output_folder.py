"""Refuses a folder that takes no files, before a command has worked for it."""

import tempfile
from pathlib import Path

from training.errors import TrainingError


def require_folder(folder: Path) -> None:
    """Creates the folder where it is absent, and writes a file on trial. Raises TrainingError."""
    if folder.exists() and not folder.is_dir():
        raise TrainingError(f"{folder} is a file, and a folder is needed.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise TrainingError(
            f"{folder} cannot be written: {error.strerror}. Name another folder."
        ) from error
