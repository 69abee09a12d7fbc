"""The processes of one function: the first stays warm, more start on demand up to a limit.

After starts that failed, and processes that ended at work, the next start waits (Backoff).
"""

import threading
import time
from collections.abc import Callable

from local.lambda_runtime.runtime_api import InitError, Outcome, build_error_outcome
from local.lambda_runtime.worker import Worker
from local.processes.backoff import Backoff

MAX_PROCESSES = 4
# How long a caller waits for a process when all are busy, before BusyError.
MAX_WAIT_SECONDS = 1.0
# A further process is started only for a caller who has waited this long: a start takes seconds
# of two cores, most requests take milliseconds.
_START_AFTER_SECONDS = 0.15
_INIT_SECONDS = 60.0

StartWorker = Callable[[Callable[[Worker], None]], Worker]


class BusyError(Exception):
    """All processes are busy, as when Lambda throttles, or the next start has to wait; the caller
    may try again in a second.
    """


class Pool:
    """`start_worker` starts a process and receives the function to call when it ends."""

    def __init__(
        self,
        start_worker: StartWorker,
        *,
        timeout_seconds: float,
        max_wait_seconds: float = MAX_WAIT_SECONDS,
    ) -> None:
        self._start_worker = start_worker
        self._timeout = timeout_seconds
        self._max_wait = max_wait_seconds
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._running = 0
        self._starting = 0
        self._waiting = 0
        self._failed_starts = 0
        self._last_error = ""
        self._backoff = Backoff()
        self._is_closed = False

    def warm_up(self) -> None:
        """Starts the first process and waits until it is ready. Raises InitError."""
        self._begin_start()
        worker = self._acquire(max_wait=_INIT_SECONDS)
        self._release(worker)

    def invoke(self, payload: bytes, *, trace_id: str = "") -> Outcome:
        """Runs the function once, in the trace of a request or in a new one. Raises BusyError."""
        try:
            worker = self._acquire(max_wait=self._max_wait)
        except InitError as error:
            return build_error_outcome("Runtime.InitError", type(error).__name__)
        try:
            outcome = worker.invoke(payload, timeout_seconds=self._timeout, trace_id=trace_id)
            if worker.is_alive:
                self._backoff.reset()
            return outcome
        finally:
            self._release(worker)

    def is_full(self) -> bool:
        """True if the maximum of processes runs and all are busy."""
        with self._changed:
            return self._running == MAX_PROCESSES and not self._idle

    def close(self) -> None:
        """Stops replacing processes that end."""
        with self._changed:
            self._is_closed = True

    def _acquire(self, *, max_wait: float) -> Worker:
        start = time.monotonic()
        with self._changed:
            self._waiting += 1
            failed_starts = self._failed_starts
            try:
                while True:
                    while self._idle:
                        worker = self._idle.pop()
                        if worker.is_alive:
                            return worker
                    if self._failed_starts > failed_starts and not self._total():
                        raise InitError(self._last_error)
                    wait_seconds = time.monotonic() - start
                    self._start_if_needed(wait_seconds)
                    if wait_seconds > max_wait and not self._starting:
                        raise BusyError
                    self._changed.wait(_START_AFTER_SECONDS)
            finally:
                self._waiting -= 1

    def _release(self, worker: Worker) -> None:
        with self._changed:
            if worker.is_alive:
                self._idle.append(worker)
            self._changed.notify_all()

    def _start_if_needed(self, wait_seconds: float) -> None:
        is_needed = wait_seconds >= _START_AFTER_SECONDS or self._total() == 0
        if is_needed and self._starting < self._waiting and self._total() < MAX_PROCESSES:
            self._start_if_allowed()

    def _start_if_allowed(self) -> None:
        if self._backoff.is_over() and not self._is_closed:
            self._begin_start()

    def _total(self) -> int:
        return self._running + self._starting

    def _begin_start(self) -> None:
        with self._changed:
            self._starting += 1
        try:
            threading.Thread(target=self._finish_start, daemon=True).start()
        except RuntimeError as error:  # The system has no memory for another thread.
            self._handle_start(InitError(str(error)))

    def _finish_start(self) -> None:
        try:
            worker = self._start_worker(self._handle_end)
        except Exception as error:  # No error may leave the count of starting processes too high.
            self._handle_start(InitError(getattr(error, "strerror", "") or type(error).__name__))
            return
        try:
            worker.wait_until_ready(_INIT_SECONDS)
        except TimeoutError:
            worker.process.kill()
            self._handle_start(InitError("it was not ready in time"))
        except InitError as error:
            self._handle_start(error)
        else:
            self._handle_start(worker)

    def _handle_start(self, result: Worker | InitError) -> None:
        with self._changed:
            self._starting -= 1
            if isinstance(result, InitError):
                self._last_error = str(result)
                self._failed_starts += 1
                self._backoff.add_failure()
            else:
                self._running += 1
                self._idle.append(result)
            self._changed.notify_all()

    def _handle_end(self, worker: Worker) -> None:
        """Replaces a process that was ready and has died, but not one that never became ready."""
        was_ready = worker.was_ready
        with self._changed:
            if worker in self._idle:
                self._idle.remove(worker)
            self._running -= was_ready
            if was_ready:
                self._backoff.add_failure()
            if was_ready and self._total() == 0:
                self._start_if_allowed()
            self._changed.notify_all()
