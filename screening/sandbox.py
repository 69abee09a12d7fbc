"""Reads files in a process of its own, so that one that breaks a decoder breaks nothing else."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from contracts.rejections import Rejection
from screening import sandbox_process
from screening.errors import RejectedFile, SandboxError
from screening.radiograph import Radiograph

# On the clock. A machine that is this slow is at fault, and not the file.
_PATIENCE_SECONDS = 20.0
# What a process takes to see that nobody sends it anything more.
_PARTING_SECONDS = 0.5
# Whatever ends with these, its file is at fault: our timer, and what processors refuse to do.
_FAULTS = frozenset(
    {signal.SIGPROF, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}
)


class SandboxedDecoder:
    """`read_radiograph` behind a process. Safe from several threads, one file at a time.

    The process comes up beside what else there is to do, so make a reader early.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process = _start()

    def __call__(self, content: bytes) -> Radiograph:
        """The radiograph in `content`, the whole bytes of a file. Raises RejectedFile, or
        ReaderError where the fault is not the file's.
        """
        with self._turn:
            if self._process.poll() is not None:
                # Between two files, so of something else than a file.
                self._restart()
            try:
                return self._read(content)
            except (EOFError, LookupError, OSError, TypeError, ValueError) as error:
                status = self._restart()
                if -status in _FAULTS:
                    name = signal.Signals(-status).name
                    raise RejectedFile(Rejection.UNREADABLE, name) from error
                raise SandboxError(f"The reader has ended with status {status}.") from error

    def close(self) -> None:
        _end(self._process)

    def _read(self, content: bytes) -> Radiograph:
        files, answers = self._process.stdin, self._process.stdout
        assert files is not None and answers is not None
        watch = threading.Timer(_PATIENCE_SECONDS, self._process.kill)
        watch.start()
        try:
            sandbox_process.send(files, content)
            return sandbox_process.receive_radiograph(answers)
        finally:
            watch.cancel()

    def _restart(self) -> int:
        """The status with which the process has ended."""
        status = _end(self._process)
        self._process = _start()
        return status


def _start() -> "subprocess.Popen[bytes]":
    """With nothing of our environment, which holds the keys to everything."""
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        # A thread takes address space that a file may need.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", sandbox_process.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # Ctrl-C is not for it: it ends when nobody can send it a file.
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> int:
    """The status of a process that has ended by itself, or by this."""
    files, answers = process.stdin, process.stdout
    assert files is not None and answers is not None
    with suppress(OSError):
        files.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PARTING_SECONDS)
    process.kill()
    status = process.wait()
    answers.close()
    return status
