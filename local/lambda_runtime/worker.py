"""One process of a function, with the Runtime API that it polls."""

import subprocess
import threading
import time
from collections.abc import Callable

from local.lambda_runtime.runtime_api import Invocation, Outcome, RuntimeApi


class Worker:
    """`launch` starts the process and receives the address of the Runtime API. `on_end` is called
    when the process has ended.
    """

    def __init__(
        self,
        function_name: str,
        launch: Callable[[str], "subprocess.Popen[bytes]"],
        *,
        on_end: Callable[["Worker"], None] = lambda worker: None,
    ) -> None:
        self.is_alive = True
        self._on_end = on_end
        self._api = RuntimeApi(function_name)
        self._launch(launch)

    def wait_until_ready(self, timeout_seconds: float) -> None:
        """Raises InitError, or TimeoutError."""
        self._api.ready.result(timeout_seconds)

    @property
    def was_ready(self) -> bool:
        """True if a process that has ended was ready before."""
        return self._api.ready.exception() is None

    def invoke(self, payload: bytes, *, timeout_seconds: float, trace_id: str = "") -> Outcome:
        """Runs the handler once, and kills the process at a timeout."""
        deadline_ms = int((time.time() + timeout_seconds) * 1000)
        invocation = Invocation(payload=payload, deadline_ms=deadline_ms, trace_id=trace_id)
        self._api.send(invocation)
        if not self.is_alive:
            self._fail_as_exited()
        try:
            return invocation.outcome.result(timeout_seconds)
        except TimeoutError:
            self.is_alive = False
            self.process.kill()
            message = f"Task timed out after {timeout_seconds:.2f} seconds"
            self._api.fail_current("Sandbox.Timedout", message)
            return invocation.outcome.result()

    def _launch(self, launch: Callable[[str], "subprocess.Popen[bytes]"]) -> None:
        """Leaves neither a process nor an open port if the start fails."""
        try:
            self.process = launch(self._api.address)
        except BaseException:
            self._api.stop()
            raise
        try:
            threading.Thread(target=self._wait_for_end, daemon=True).start()
        except RuntimeError:  # The system has no memory for another thread.
            self.process.kill()
            self._wait_for_end()
            raise

    def _wait_for_end(self) -> None:
        self.process.wait()
        self.is_alive = False
        self._api.fail_init(f"the process ended with status {self.process.returncode}")
        self._fail_as_exited()
        self._api.stop()
        self._on_end(self)

    def _fail_as_exited(self) -> None:
        self._api.fail_current("Runtime.ExitError", "Runtime exited")
