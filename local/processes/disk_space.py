"""Warns when the disk holding the data folder is nearly full."""

import shutil
from collections.abc import Callable
from pathlib import Path

_MEGABYTE = 1024 * 1024
# Room for ten of the largest uploads, with the images and facts that are derived from them.
MIN_FREE_BYTES = 1024 * _MEGABYTE

FreeBytes = Callable[[Path], int]


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class DiskSpaceMonitor:
    def __init__(self, folder: Path, *, free_bytes: FreeBytes = _free_bytes) -> None:
        self._folder = folder
        self._free_bytes = free_bytes
        self._is_low = False

    def check(self) -> str:
        """Returns a sentence when the disk becomes nearly full or has space again, else ""."""
        free = self._free_bytes(self._folder)
        was_low, self._is_low = self._is_low, free < MIN_FREE_BYTES
        if self._is_low == was_low:
            return ""
        if not self._is_low:
            return f"There is enough space again for {self._folder}."
        return (
            f"The disk of {self._folder} has {free // _MEGABYTE} MB left. Free some space: when it "
            "is full, no radiograph is accepted. None is lost."
        )
