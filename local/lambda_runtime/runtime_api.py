"""The Lambda Runtime API, which one process of a function polls for its events.

See https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
"""

import queue
import secrets
import uuid
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field

from contracts import trace
from local.http_server import HttpServer, Request, Response
from local.settings import ACCOUNT, REGION

_PREFIX = "/2018-06-01/runtime"


class InitError(Exception):
    """The function's process did not become ready; the message is what it reported."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of an invocation; `failed` means what Lambda calls a function error."""

    payload: bytes
    failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """`trace_id` is that of the request behind it; empty begins a new trace."""

    payload: bytes
    deadline_ms: int
    trace_id: str = ""
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: "Future[Outcome]" = field(default_factory=Future)


class RuntimeApi:
    """Serves one process, one invocation at a time. `ready` ends when the process asks for its
    first event, or with an InitError.
    """

    def __init__(self, function_name: str) -> None:
        self.ready: Future[None] = Future()
        self._arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"
        self._events: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None
        self._server = HttpServer(0)
        self._server.start(self._respond)

    @property
    def address(self) -> str:
        """Host and port, as AWS_LAMBDA_RUNTIME_API holds them."""
        return f"127.0.0.1:{self._server.server_port}"

    def send(self, invocation: Invocation) -> None:
        """Gives the process an event; the result arrives in `invocation.outcome`."""
        self._current = invocation
        self._events.put(invocation)

    def fail_current(self, kind: str, message: str) -> None:
        """Ends the current invocation, if it has no outcome yet."""
        if self._current is not None:
            text = f"RequestId: {self._current.request_id} Error: {message}"
            self._complete(self._current, build_error_outcome(kind, text))

    def fail_init(self, report: str) -> None:
        with suppress(InvalidStateError):
            self.ready.set_exception(InitError(report))

    def stop(self) -> None:
        self._events.put(None)
        self._server.stop()

    def _respond(self, request: Request) -> Response | None:
        match request.method, request.path.removeprefix(_PREFIX).split("/"):
            case "GET", ["", "invocation", "next"]:
                return self._next_event()
            case "POST", ["", "invocation", request_id, "response" | "error" as kind]:
                outcome = Outcome(payload=request.body, failed=kind == "error")
                return self._take_outcome(request_id, outcome)
            case "POST", ["", "init", "error"]:
                self.fail_init(request.body.decode(errors="replace"))
                return Response(status=202)
        return Response(status=404)

    def _next_event(self) -> Response | None:
        """Blocks until there is an event; returns None when the process has ended."""
        with suppress(InvalidStateError):
            self.ready.set_result(None)
        invocation = self._events.get()
        if invocation is None:
            return None
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": self._arn,
            "Lambda-Runtime-Trace-Id": _build_trace_header(invocation),
        }
        return Response(status=200, headers=[*headers.items()], body=invocation.payload)

    def _take_outcome(self, request_id: str, outcome: Outcome) -> Response:
        """Answers 400 to a result of another invocation than the current one."""
        if self._current is None or self._current.request_id != request_id:
            return Response(status=400)
        self._complete(self._current, outcome)
        return Response(status=202)

    @staticmethod
    def _complete(invocation: Invocation, outcome: Outcome) -> None:
        with suppress(InvalidStateError):
            invocation.outcome.set_result(outcome)


def build_error_outcome(kind: str, message: str) -> Outcome:
    """Builds the error that Lambda reports for a function that could not report it itself."""
    text = f'{{"errorMessage": "{message}", "errorType": "{kind}"}}'
    return Outcome(payload=text.encode(), failed=True)


def _build_trace_header(invocation: Invocation) -> str:
    root = invocation.trace_id or trace.draw_trace_id()
    return f"Root={root};Parent={secrets.token_hex(8)};Sampled=0"
