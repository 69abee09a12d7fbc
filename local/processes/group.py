"""Starts the processes of one run in process groups of their own, records and stops them."""

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

_STOP_SECONDS = 5.0
# The kernel counts start times in hundredths of a second; two readings may differ by one unit.
_SAME_START_SECONDS = 0.02
# Far in the future, and still exact as a floating-point number.
_MAX_TIME = 2**40


@dataclass(frozen=True, kw_only=True)
class Command:
    """A program to start. With `environment` None, it inherits the environment of this process."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] | None = None


class Processes:
    """Keeps every running process in the file `record`, so that the next run can kill orphaned
    processes of a run that was killed.

    No start fails because the record or a log cannot be written, as on a full disk.
    """

    def __init__(self, *, record: Path, logs: Path) -> None:
        self._record = record
        self._logs = logs
        self._running: dict[int, tuple[subprocess.Popen[bytes], float]] = {}
        self._lock = threading.Lock()
        self._is_stopping = False
        self._is_recorded = True

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def empty_logs(self) -> None:
        for log in self._logs.glob("*.log"):
            log.write_bytes(b"")

    def start(self, name: str, command: Command) -> subprocess.Popen[bytes]:
        """Starts a process whose output is appended to the log of `name`.

        Raises OSError, and RuntimeError while the run stops. Then no process is left.
        """
        with self._open_log(name) as log:
            process = subprocess.Popen(
                command.arguments,
                cwd=command.folder,
                env=command.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._add(process)
        except BaseException:
            self.kill(process)
            raise
        return process

    def refresh_record(self) -> None:
        """Writes the record again if it could not be written at the last change."""
        with self._lock:
            if not self._is_recorded:
                self._write_record()

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kills the process and everything that it started."""
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        self.remove(process)

    def remove(self, process: subprocess.Popen[bytes]) -> None:
        """Removes a process that has ended from the record."""
        with self._lock:
            self._running.pop(process.pid, None)
            self._write_record()

    def stop_all(self) -> None:
        """Sends SIGTERM to every process, and SIGKILL to those that still run 5 seconds later."""
        with self._lock:
            self._is_stopping = True
            processes = [process for process, _ in self._running.values()]
        for process in processes:
            _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.01))
            self.kill(process)

    def _open_log(self, name: str) -> IO[bytes]:
        try:
            return self.log(name).open("ab")
        except OSError:
            return Path(os.devnull).open("ab")

    def _add(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if self._is_stopping:
                raise RuntimeError("The run is being stopped.")
            self._running[process.pid] = (process, _start_time(process.pid))
            self._write_record()

    def _write_record(self) -> None:
        entries = [[pid, start_time] for pid, (_, start_time) in self._running.items()]
        partial = self._record.with_suffix(".partial")
        try:
            partial.write_text(json.dumps(entries))
            partial.rename(self._record)
            self._is_recorded = True
        except OSError:
            self._is_recorded = False
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)


def kill_orphans(record: Path) -> int:
    """Kills the processes that a killed run left behind, and returns their number.

    Compares start times, because the system may have reused a process id since then. A damaged
    record, or a damaged entry of it, counts as missing.
    """
    orphans = [pid for pid, start_time in _read_record(record) if _is_same(pid, start_time)]
    for pid in orphans:
        _signal_group(pid, signal.SIGKILL)
    psutil.wait_procs(_find_processes(orphans), timeout=_STOP_SECONDS)
    with contextlib.suppress(OSError):
        record.unlink(missing_ok=True)
    return len(orphans)


def find_listener(port: int) -> str | None:
    """Describes the process that listens on the port; None if the system does not tell."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        if listens and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return None


def _read_record(record: Path) -> list[tuple[int, float]]:
    try:
        entries = json.loads(record.read_text())
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(entries, list):
        return []
    return [(entry[0], entry[1]) for entry in entries if _is_entry(entry)]


def _is_entry(entry: object) -> bool:
    """True for a process id and a start time; process ids below 2 are the kernel and init."""
    match entry:
        case [int(pid), int() | float() as start_time]:
            return 1 < pid < 2**31 and pid != os.getpid() and 0 < start_time < _MAX_TIME
    return False


def _start_time(pid: int) -> float:
    """Returns seconds since 1970, or -1 if there is no such process."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return -1.0


def _is_same(pid: int, start_time: float) -> bool:
    return abs(_start_time(pid) - start_time) <= _SAME_START_SECONDS


def _find_processes(pids: Iterable[int]) -> list[psutil.Process]:
    processes = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(pid))
    return processes


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
