"""How much room is left for the data folder: said before there is none."""

import shutil
from collections.abc import Callable
from pathlib import Path

_MEGABYTE = 1024 * 1024
# Ten of the largest files that are taken, with what is made of them.
LEAST_BYTES = 1024 * _MEGABYTE

Free = Callable[[Path], int]


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Room:
    def __init__(self, folder: Path, *, free: Free = _free) -> None:
        self._folder = folder
        self._free = free
        self._short = False

    def news(self) -> str:
        """A sentence when it has become short, and when it no longer is; else nothing."""
        left = self._free(self._folder)
        was_short, self._short = self._short, left < LEAST_BYTES
        if self._short == was_short:
            return ""
        if not self._short:
            return f"There is room again for {self._folder}."
        return (
            f"The disk of {self._folder} has {left // _MEGABYTE} MB left. Make room: once it is "
            "full, no radiograph is taken. None is lost."
        )
