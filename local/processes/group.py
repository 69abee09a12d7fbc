"""The processes of one run: started in groups of their own, written down, and ended together."""

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

import psutil

_PATIENCE_SECONDS = 5.0
# Clocks in /proc count in hundredths of a second.
_SAME_START_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run; with `environment` None the process gets ours."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str] | None = None


class Processes:
    """Every process is in the record from its start to its end, so that a run which was killed
    leaves behind whom the next one has to end.
    """

    def __init__(self, *, record: Path, logs: Path) -> None:
        self._record = record
        self._logs = logs
        self._running: dict[int, tuple[subprocess.Popen[bytes], float]] = {}
        self._lock = threading.Lock()

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def empty_logs(self) -> None:
        for log in self._logs.glob("*.log"):
            log.write_bytes(b"")

    def start(self, name: str, command: Command) -> subprocess.Popen[bytes]:
        """Its output is appended to the log of `name`."""
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                command.arguments,
                cwd=command.folder,
                env=command.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with self._lock:
            self._running[process.pid] = (process, _started(process.pid))
            self._write()
        return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """At once, with all that it started."""
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        self.forget(process)

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._running.pop(process.pid, None)
            self._write()

    def end_all(self) -> None:
        """Asks each to stop, and after five seconds does not ask."""
        with self._lock:
            processes = [process for process, _ in self._running.values()]
        for process in processes:
            _signal_group(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.01))
            self.end(process)

    def _write(self) -> None:
        entries = [[pid, started] for pid, (_, started) in self._running.items()]
        partial = self._record.with_suffix(".partial")
        partial.write_text(json.dumps(entries))
        partial.rename(self._record)


def end_leftovers(record: Path) -> int:
    """Ends what a killed run left behind and returns how many; a number that the system has since
    given to somebody else's process is told apart by its start.
    """
    leftovers = [pid for pid, started in _recorded(record) if _started(pid, started) == started]
    for pid in leftovers:
        _signal_group(pid, signal.SIGKILL)
    psutil.wait_procs(_existing(leftovers), timeout=_PATIENCE_SECONDS)
    record.unlink(missing_ok=True)
    return len(leftovers)


def listener(port: int) -> str | None:
    """Which process listens on the port, in words, where the system tells us."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        ours = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        if ours and connection.pid:
            return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return None


def _recorded(record: Path) -> list[tuple[int, float]]:
    try:
        return [(int(pid), float(started)) for pid, started in json.loads(record.read_text())]
    except FileNotFoundError:
        return []


def _started(pid: int, expected: float = 0.0) -> float:
    """When the process started, as seconds since 1970; `expected` where that is close enough."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return -1.0
    return expected if abs(started - expected) <= _SAME_START_SECONDS else started


def _existing(pids: Iterable[int]) -> list[psutil.Process]:
    processes = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(pid))
    return processes


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
