"""Decodes files in a separate process, so that a file that breaks a decoder breaks nothing else."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from contracts.rejections import Rejection
from screening import sandbox_process, syscall_filter
from screening.errors import RejectedFile, SandboxError
from screening.radiograph import Radiograph

# Wall-clock limit for one file. The process ends itself after 2 to 12 s of CPU time, so a longer
# wait means that the machine is overloaded, and the file is not to blame.
_TIMEOUT_SECONDS = 30.0
# Grace period after closing stdin.
_EXIT_SECONDS = 0.5
# Signals that blame the file: the process's own CPU timer, and faults inside a decoder.
_FILE_FAULTS = frozenset(
    {signal.SIGPROF, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE, signal.SIGILL}
)


class SandboxedDecoder:
    """Runs `decode_radiograph` in a child process. Safe from several threads, one file at a time.

    The process starts in the background, so create a decoder early.
    """

    def __init__(self) -> None:
        # The environment of this process holds AWS credentials.
        syscall_filter.protect_memory()
        self._lock = threading.Lock()
        self._process = _start_process()

    def __call__(self, content: bytes) -> Radiograph:
        """Decodes all bytes of a file, within the limits of `sandbox_process`.

        Raises RejectedFile where the file is to blame, else SandboxError.
        """
        with self._lock:
            if self._process.poll() is not None:
                # It ended between two files, so no file is to blame.
                self._restart()
            try:
                return self._decode(content)
            except (EOFError, LookupError, OSError, TypeError, ValueError) as error:
                status = self._restart()
                if isinstance(error, sandbox_process.OversizedAnswerError):
                    raise RejectedFile(Rejection.UNREADABLE) from error
                if -status in _FILE_FAULTS:
                    name = signal.Signals(-status).name
                    raise RejectedFile(Rejection.UNREADABLE, name) from error
                raise SandboxError(f"The decoder has ended with status {status}.") from error

    @property
    def is_confined(self) -> bool:
        """Whether the kernel filters the system calls of the process: after its first file."""
        return syscall_filter.is_confined(self._process.pid)

    def close(self) -> None:
        """Ends the process."""
        _end_process(self._process)

    def _decode(self, content: bytes) -> Radiograph:
        files, answers = self._process.stdin, self._process.stdout
        assert files is not None and answers is not None
        timer = threading.Timer(_TIMEOUT_SECONDS, self._process.kill)
        timer.start()
        try:
            sandbox_process.send(files, content)
            return sandbox_process.receive_radiograph(answers)
        finally:
            timer.cancel()

    def _restart(self) -> int:
        """Starts a new process; returns the exit status of the old one."""
        status = _end_process(self._process)
        self._process = _start_process()
        return status


def _start_process() -> "subprocess.Popen[bytes]":
    """Starts the child without this process's environment, which holds AWS credentials."""
    environment = {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        # The stack of each further thread takes address space that a file may need.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", sandbox_process.__name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # Keeps Ctrl-C from the child: it ends when its stdin is closed.
        start_new_session=True,
    )


def _end_process(process: "subprocess.Popen[bytes]") -> int:
    """Closes the pipes, kills the process if it does not exit, and returns its exit status."""
    files, answers = process.stdin, process.stdout
    assert files is not None and answers is not None
    with suppress(OSError):
        files.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_EXIT_SECONDS)
    process.kill()
    status = process.wait()
    answers.close()
    return status
