"""The processes of one function: the first kept warm, more on demand up to a limit, then Busy."""

import threading
import time
from collections.abc import Callable

from local.lambda_runtime.runtime_api import InitError, Outcome, Worker, failure

LIMIT = 4
# How long a caller waits for a process when all are at work; then it is told to come again.
PATIENCE_SECONDS = 1.0
# Another process is started only for a caller that the running ones keep waiting this long: a
# start costs seconds of two cores, most requests take milliseconds.
_GRACE_SECONDS = 0.15
_INIT_SECONDS = 60.0

Start = Callable[[Callable[[Worker], None]], Worker]


class BusyError(Exception):
    """Every process is at work, as when Lambda throttles: come again in a second."""


class Pool:
    """`start` starts a worker and is given what to call when it ends."""

    def __init__(
        self, start: Start, *, timeout_seconds: float, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._start_worker = start
        self._timeout = timeout_seconds
        self._patience = patience_seconds
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._workers = 0
        self._starting = 0
        self._waiting = 0
        self._init_errors: list[InitError] = []
        self._closed = False

    def warm(self) -> None:
        """Starts the first process and waits for it. Raises InitError."""
        self._begin_start()
        worker = self._take(patience=_INIT_SECONDS)
        self._give_back(worker)

    def invoke(self, payload: bytes) -> Outcome:
        """The function's answer. Raises BusyError."""
        try:
            worker = self._take(patience=self._patience)
        except InitError as error:
            return failure("Runtime.InitError", type(error).__name__)
        try:
            return worker.invoke(payload, timeout_seconds=self._timeout)
        finally:
            self._give_back(worker)

    def is_full(self) -> bool:
        """As many processes as there may be, each at work."""
        with self._changed:
            return self._workers == LIMIT and not self._idle

    def close(self) -> None:
        """From here on a process that ends is not replaced."""
        with self._changed:
            self._closed = True

    def _take(self, *, patience: float) -> Worker:
        began = time.monotonic()
        with self._changed:
            self._waiting += 1
            try:
                while True:
                    while self._idle:
                        worker = self._idle.pop()
                        if worker.alive:
                            return worker
                    if self._init_errors and not self._total():
                        raise self._init_errors.pop()
                    waited = time.monotonic() - began
                    self._start_if_needed(waited)
                    if waited > patience and not self._starting:
                        raise BusyError
                    self._changed.wait(_GRACE_SECONDS)
            finally:
                self._waiting -= 1

    def _start_if_needed(self, waited: float) -> None:
        needed = waited >= _GRACE_SECONDS or self._workers + self._starting == 0
        if needed and self._starting < self._waiting and self._total() < LIMIT:
            self._begin_start()

    def _total(self) -> int:
        return self._workers + self._starting

    def _begin_start(self) -> None:
        with self._changed:
            self._starting += 1
            self._init_errors.clear()
        threading.Thread(target=self._finish_start, daemon=True).start()

    def _finish_start(self) -> None:
        try:
            worker = self._start_worker(self._ended)
        except OSError as error:  # No memory, no open file left, no interpreter.
            self._started(InitError(error.strerror or type(error).__name__))
            return
        try:
            worker.ready.result(_INIT_SECONDS)
        except TimeoutError:
            worker.process.kill()
            self._started(InitError("it was not ready in time"))
        except InitError as error:
            self._started(error)
        else:
            self._started(worker)

    def _started(self, result: Worker | InitError) -> None:
        with self._changed:
            self._starting -= 1
            if isinstance(result, InitError):
                self._init_errors.append(result)
            else:
                self._workers += 1
                self._idle.append(result)
            self._changed.notify_all()

    def _give_back(self, worker: Worker) -> None:
        with self._changed:
            if worker.alive:
                self._idle.append(worker)
            self._changed.notify_all()

    def _ended(self, worker: Worker) -> None:
        """A process that was ready and died is replaced; one that never was, is not."""
        came_up = worker.ready.exception() is None
        with self._changed:
            if worker in self._idle:
                self._idle.remove(worker)
            self._workers -= came_up
            replace = came_up and not self._closed and self._total() == 0
            self._changed.notify_all()
        if replace:
            self._begin_start()
