"""Warns when the disk holding the data folder is nearly full, and when it is full."""

import shutil
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from botocore.exceptions import ClientError

from local.lossy_output import FULL_DISK_ERRORS

_MEGABYTE = 1024 * 1024
# Room for ten of the largest uploads, with the images and facts that are derived from them.
MIN_FREE_BYTES = 1024 * _MEGABYTE
# Less than one of the largest uploads needs, which is stored twice, with its images.
FULL_BYTES = 128 * _MEGABYTE
# What the local S3 answers to a write that the disk does not take.
_S3_CODE = "ServiceUnavailable"

# So much more than a limit counts as above it again, so that a busy disk gives no stream of lines.
_MARGIN = 1.1

FreeBytes = Callable[[Path], int]


class Space(IntEnum):
    FULL = 0
    LOW = 1
    ENOUGH = 2


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class DiskSpaceMonitor:
    def __init__(self, folder: Path, *, free_bytes: FreeBytes = _free_bytes) -> None:
        self._folder = folder
        self._free_bytes = free_bytes
        self._space = Space.ENOUGH

    def is_full(self) -> bool:
        """True if nothing should be started that writes a radiograph's images and facts."""
        return _measure(self._free_bytes(self._folder)) is Space.FULL

    def check(self) -> str:
        """Returns a sentence when the disk becomes nearly full or full, or has space again, else
        "".
        """
        free = self._free_bytes(self._folder)
        earlier, self._space = self._space, _measure(free)
        if self._space > earlier:
            self._space = max(earlier, _measure(int(free / _MARGIN)))
        if self._space == earlier:
            return ""
        match self._space:
            case Space.ENOUGH:
                return f"There is enough space again for {self._folder}."
            case Space.LOW:
                again = "Radiographs are analysed again. " if earlier is Space.FULL else ""
                return (
                    f"{again}The disk of {self._folder} has {free // _MEGABYTE} MB left. Free some "
                    "space: when it is full, no radiograph is accepted. None is lost."
                )
            case _:
                return (
                    f"The disk of {self._folder} is full: {free // _MEGABYTE} MB left. Radiographs "
                    f"wait until {FULL_BYTES // _MEGABYTE} MB are free. None is lost."
                )


def _measure(free: int) -> Space:
    if free < FULL_BYTES:
        return Space.FULL
    return Space.LOW if free < MIN_FREE_BYTES else Space.ENOUGH


def is_disk_full(error: Exception) -> bool:
    """True for an error of a write to a full disk, of this process or of the local S3."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code") == _S3_CODE
    return isinstance(error, OSError) and error.errno in FULL_DISK_ERRORS
