"""A disk that can be filled: a file system of its own, or a limit on what the run may write."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

# Room for the model, some radiographs, and what `DiskSpaceMonitor` calls full.
MEGABYTES = 400
_BALLAST = "ballast"


@dataclass(frozen=True, kw_only=True)
class SmallDisk:
    """`kind` is `tmpfs`, or `file-size-limit` where nothing can be mounted: then each write of a
    Python process of the run fails, by the limit on the size of files.
    """

    kind: str
    folder: Path

    def fill(self, run: psutil.Process) -> None:
        if self.kind != "tmpfs":
            return _limit_files(run, is_full=True)
        with (self.folder / _BALLAST).open("ab", buffering=0) as ballast:
            for size in (1024**2, 4096, 1):
                while _can_write(ballast.fileno(), size):
                    pass
        return None

    def free(self, run: psutil.Process) -> None:
        if self.kind != "tmpfs":
            return _limit_files(run, is_full=False)
        return (self.folder / _BALLAST).unlink()


@cache
def disk_kind() -> str:
    """Returns the nearest to a real full disk that this machine allows."""
    if sys.platform != "linux":
        return "none"
    with tempfile.TemporaryDirectory() as folder:
        if _mount(Path(folder), MEGABYTES):
            _unmount(Path(folder))
            return "tmpfs"
    return "file-size-limit"


@contextmanager
def small_disk(folder: Path, *, megabytes: int = MEGABYTES) -> Iterator[SmallDisk]:
    kind = disk_kind()
    if kind == "tmpfs" and not _mount(folder, megabytes):
        raise OSError(f"{folder} cannot be mounted")
    try:
        yield SmallDisk(kind=kind, folder=folder)
    finally:
        if kind == "tmpfs":
            _unmount(folder)


def _can_write(file: int, size: int) -> bool:
    try:
        return os.write(file, bytes(size)) > 0
    except OSError:
        return False


def _limit_files(run: psutil.Process, *, is_full: bool) -> None:
    """Sets the limit to 0, or to the highest one, which is 0 for a process that decodes files."""
    for process in [run, *run.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            if process.name().startswith("python"):
                _, highest = process.rlimit(psutil.RLIMIT_FSIZE)
                process.rlimit(psutil.RLIMIT_FSIZE, (0 if is_full else highest, highest))


def _mount(folder: Path, megabytes: int) -> bool:
    """Returns False where this needs rights that the caller does not have."""
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    return (
        bool(mount) and subprocess.run([str(mount), *options], capture_output=True).returncode == 0
    )


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
