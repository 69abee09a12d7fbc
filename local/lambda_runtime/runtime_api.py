"""One process of a function, and the Lambda Runtime API that it alone speaks to."""

import queue
import subprocess
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local.settings import ACCOUNT, REGION

_API = "/2018-06-01/runtime"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an invocation came to; `failed` is what Lambda reports as a function error."""

    payload: bytes
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Invocation:
    payload: bytes
    deadline_ms: int
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: "Future[Outcome]" = field(default_factory=Future)


def arn(function_name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"


def failure(kind: str, message: str) -> Outcome:
    """As Lambda words an error that the function itself could not report."""
    text = f'{{"errorMessage": "{message}", "errorType": "{kind}"}}'
    return Outcome(payload=text.encode(), failed=True)


class Worker:
    """`launch` starts the process and is given the address of the Runtime API."""

    def __init__(
        self,
        function_name: str,
        launch: Callable[[str], "subprocess.Popen[bytes]"],
        *,
        on_end: Callable[["Worker"], None] = lambda worker: None,
    ) -> None:
        self.function_name = function_name
        self.ready: Future[None] = Future()
        self.alive = True
        self._events: queue.SimpleQueue[_Invocation | None] = queue.SimpleQueue()
        self._current: _Invocation | None = None
        self._on_end = on_end
        self._api = _RuntimeApi(self)
        self.process = launch(f"127.0.0.1:{self._api.server_port}")
        threading.Thread(target=self._watch, daemon=True).start()

    def invoke(self, payload: bytes, *, timeout_seconds: float) -> Outcome:
        """Runs the handler; the process does not outlive a timeout."""
        deadline_ms = int((time.time() + timeout_seconds) * 1000)
        self._current = invocation = _Invocation(payload=payload, deadline_ms=deadline_ms)
        self._events.put(invocation)
        if not self.alive:
            self._settle(_ended(invocation))
        try:
            return invocation.outcome.result(timeout_seconds)
        except TimeoutError:
            self.alive = False
            self.process.kill()
            seconds = f"Task timed out after {timeout_seconds:.2f} seconds"
            return failure(
                "Sandbox.Timedout", f"RequestId: {invocation.request_id} Error: {seconds}"
            )

    def next_event(self) -> _Invocation | None:
        """Blocks until there is one; None at the end."""
        with suppress(InvalidStateError):
            self.ready.set_result(None)
        return self._events.get()

    def settle(self, request_id: str, outcome: Outcome) -> bool:
        """Takes the handler's answer, unless it answers something that was not asked."""
        if self._current is None or self._current.request_id != request_id:
            return False
        self._settle(outcome)
        return True

    def init_failed(self, report: bytes) -> None:
        with suppress(InvalidStateError):
            self.ready.set_exception(InitError(report.decode(errors="replace")))

    def _settle(self, outcome: Outcome) -> None:
        if self._current is not None:
            with suppress(InvalidStateError):
                self._current.outcome.set_result(outcome)

    def _watch(self) -> None:
        self.process.wait()
        self.alive = False
        self.init_failed(f"the process ended with status {self.process.returncode}".encode())
        if self._current is not None:
            self._settle(_ended(self._current))
        self._events.put(None)
        self._api.shutdown()
        self._api.server_close()
        self._on_end(self)


class InitError(Exception):
    """The function did not come up; the text is what it reported."""


def _ended(invocation: _Invocation) -> Outcome:
    message = f"RequestId: {invocation.request_id} Error: Runtime exited"
    return failure("Runtime.ExitError", message)


class _RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, worker: Worker) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.worker = worker
        threading.Thread(target=self.serve_forever, args=(0.5,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: _RuntimeApi
    protocol_version = "HTTP/1.1"
    # Without these two an answer waits 40 ms for the reader's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        if self.path != f"{_API}/invocation/next":
            return self._answer(404)
        worker = self.server.worker
        event = worker.next_event()
        if event is None:
            self.close_connection = True
            return None
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(event.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": arn(worker.function_name),
            "Lambda-Runtime-Trace-Id": _trace(),
        }
        return self._answer(200, event.payload, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match self.path.removeprefix(_API).split("/"):
            case ["", "invocation", request_id, "response" | "error" as kind]:
                outcome = Outcome(payload=body, failed=kind == "error")
                known = self.server.worker.settle(request_id, outcome)
                self._answer(202 if known else 400)
            case ["", "init", "error"]:
                self.server.worker.init_failed(body)
                self._answer(202)
            case _:
                self._answer(404)

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle_expect_100(self) -> bool:
        """Sent at once: a client may wait a second for it before it sends its body."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def log_message(self, format: str, *arguments: object) -> None:
        """The function's own log says what matters."""


def _trace() -> str:
    root = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"
    return f"{root};Parent={uuid.uuid4().hex[:16]};Sampled=0"
