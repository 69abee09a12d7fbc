"""The HTTP/1.1 server of all local services: one function answers every request.

werkzeug's server closes each connection, which makes a call through the Runtime API 3.7 times as
slow; so this is the standard library's server.
"""

import json
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from contracts import trace
from local.whole_requests import CUT_OFF, require_whole_head


@dataclass(frozen=True, kw_only=True)
class Request:
    """`target` is the path and query of the request line; `headers` are in the order received."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    def header(self, name: str) -> str | None:
        """Returns the last value of the header, whatever its case."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[-1] if values else None

    @property
    def trace_id(self) -> str:
        """Empty where the caller sent none of X-Ray's form."""
        return trace.parse_trace_id(self.header(trace.HEADER) or "")


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""


def build_json_response(
    status: int, content: object, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        status=status,
        headers=[("Content-Type", "application/json"), *(headers or {}).items()],
        body=json.dumps(content).encode(),
    )


def _build_error(status: HTTPStatus, detail: str) -> Response:
    return build_json_response(status, {"error": detail})


# Returns None to close the connection without an answer.
Respond = Callable[[Request], Response | None]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the server refuses by itself, before it reads the body of a request.

    The Host header, if there is one, must name this machine. The Origin header, which only pages
    send, must be absent unless `is_for_pages`. `build_error` words the errors of HTTP itself. After
    `idle_seconds` without a request, a connection is closed.
    """

    is_for_pages: bool = False
    build_error: Callable[[HTTPStatus, str], Response] = _build_error
    max_body_bytes: int | None = None
    idle_seconds: float | None = None


class HttpServer(ThreadingHTTPServer):
    """Answers on 127.0.0.1 only, each connection in a thread of its own.

    The constructor takes the port, 0 for a free one, and raises OSError if it is in use. `start`,
    or `listen` with `serve_forever`, then accepts connections.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, rules: Rules | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler, bind_and_activate=False)
        self.rules = rules or Rules()
        self.server_bind()

    def listen(self, respond: Respond) -> None:
        """Accepts connections from now on; `serve_forever` answers them."""
        self.respond = respond
        self.server_activate()

    def start(self, respond: Respond) -> None:
        """Serves in a background thread."""
        self.listen(respond)
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Prints the stack trace, except of a client that has hung up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: HttpServer
    protocol_version = "HTTP/1.1"
    # Without these two, a small answer waits 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1

    parse_request = require_whole_head(BaseHTTPRequestHandler.parse_request)

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.rules.idle_seconds)

    def _serve(self) -> None:
        headers = self.headers
        if refusal := self._foreign_error() or self._length_error():
            return self._send(refusal, close=True)
        length = int(headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            refusal = self.server.rules.build_error(HTTPStatus.BAD_REQUEST, CUT_OFF)
            return self._send(refusal, close=True)
        request = Request(
            method=self.command,
            target=self.path,
            headers=headers.items(),
            body=body,
            source_ip=self.client_address[0],
        )
        response = self.server.respond(request)
        if response is None:
            self.close_connection = True
            return None
        return self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def _foreign_error(self) -> Response | None:
        """Another host name means a page elsewhere whose name resolves to this machine."""
        rules, port = self.server.rules, self.server.server_port
        hosts = (f"localhost:{port}", f"127.0.0.1:{port}")
        if any(host not in hosts for host in self.headers.get_all("Host") or ()):
            detail = f"Use http://localhost:{port}, not another name."
            return rules.build_error(HTTPStatus.FORBIDDEN, detail)
        if "Origin" in self.headers and not rules.is_for_pages:
            return rules.build_error(HTTPStatus.FORBIDDEN, "No page may use this address.")
        return None

    def _length_error(self) -> Response | None:
        """Chunked bodies are refused: no client of these services sends one."""
        rules, length = self.server.rules, self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or "Transfer-Encoding" in self.headers:
            return rules.build_error(HTTPStatus.LENGTH_REQUIRED, "Say how long the request is.")
        if rules.max_body_bytes is not None and int(length) > rules.max_body_bytes:
            detail = f"The request is larger than {rules.max_body_bytes} bytes."
            return rules.build_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        return None

    def _send(self, response: Response, *, close: bool = False) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers what is not HTTP. An unknown method is the client's error (405), not ours."""
        is_unknown_method = code == HTTPStatus.NOT_IMPLEMENTED
        status = HTTPStatus.METHOD_NOT_ALLOWED if is_unknown_method else HTTPStatus(code)
        error = self.server.rules.build_error(status, message or status.description)
        self._send(error, close=True)

    def version_string(self) -> str:
        return "local"

    def handle_expect_100(self) -> bool:
        """Flushes at once: a client may wait a second for this before it sends its body."""
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: request lines may hold login codes."""
