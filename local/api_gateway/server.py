"""The front door: HTTP in, API Gateway events to the functions, their answers out again.

`/v1/*` needs a token and goes to the API function; `/samples/` lists the pictures to try, where
there are any; everything else is the page.
"""

import json
import mimetypes
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote

from local.api_gateway.authoriser import Authoriser, UnauthorisedError
from local.api_gateway.events import (
    MalformedAnswerError,
    Request,
    Response,
    Route,
    claims_of,
    event,
    response,
)
from local.api_gateway.problems import plain, problem
from local.lambda_runtime.pool import BusyError
from local.lambda_runtime.runtime_api import Outcome

# API Gateway's and Lambda's own limits; a picture never comes this way. No function behind the
# door has a longer timeout than the door itself.
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
TIMEOUT_SECONDS = 29.0

_API = Route(base="/v1/")
_PAGE = Route(base="/")
_SAMPLES = "/samples/"

Invoke = Callable[[bytes], Outcome]


@dataclass(frozen=True, kw_only=True)
class Backend:
    """What stands behind the door, all of it under `prefix`. `api` and `page` raise BusyError."""

    api: Invoke
    page: Invoke
    authoriser: Authoriser
    samples: Path | None = None
    prefix: str = ""


def answer(request: Request, backend: Backend) -> Response:
    """What the client gets, whatever happens behind the door."""
    if not f"{request.path}/".startswith(f"{backend.prefix}/"):
        return problem(request, HTTPStatus.FORBIDDEN, f"The page is at {backend.prefix}/.")
    inner = request.target.removeprefix(backend.prefix)
    request = replace(
        request, target=inner if inner.startswith("/") else f"/{inner}", prefix=backend.prefix
    )
    if request.path.startswith(_SAMPLES) and backend.samples:
        return _sample(request, backend.samples)
    if not request.path.startswith(_API.base):
        return _invoke(backend.page, request, event(request, _PAGE, claims=None))
    try:
        claims = backend.authoriser.claims(request.header("Authorization"))
    except UnauthorisedError:
        return problem(
            request,
            HTTPStatus.UNAUTHORIZED,
            "Log in and try again.",
            {"WWW-Authenticate": "Bearer"},
        )
    return _invoke(backend.api, request, event(request, _API, claims=claims_of(claims)))


def _invoke(invoke: Invoke, request: Request, made: Mapping[str, object]) -> Response:
    payload = json.dumps(made).encode()
    if len(payload) > MAX_PAYLOAD_BYTES:
        return problem(
            request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is larger than 6 MB."
        )
    began = time.monotonic()
    try:
        outcome = invoke(payload)
    except BusyError:
        busy = "Many requests at once. Try again in a moment."
        return problem(request, HTTPStatus.TOO_MANY_REQUESTS, busy, {"Retry-After": "1"})
    if time.monotonic() - began >= TIMEOUT_SECONDS:
        return problem(request, HTTPStatus.GATEWAY_TIMEOUT, "It took too long. Try again.")
    try:
        if outcome.failed:
            raise MalformedAnswerError("the function failed")
        return response(outcome.payload)
    except MalformedAnswerError:
        return problem(
            request, HTTPStatus.BAD_GATEWAY, "Something went wrong on our side. Try again."
        )


def _sample(request: Request, folder: Path) -> Response:
    """A listing, or a file that lies directly in the folder: no other name leads anywhere."""
    pictures = {path.name: path for path in sorted(folder.iterdir()) if _is_offered(path)}
    name = unquote(request.path.removeprefix(_SAMPLES))
    if request.method not in ("GET", "HEAD"):
        return problem(request, HTTPStatus.METHOD_NOT_ALLOWED, "Samples can only be read.")
    if not name:
        listed = [
            {
                "name": name,
                "url": request.prefix + _SAMPLES + quote(name),
                "bytes": path.stat().st_size,
            }
            for name, path in pictures.items()
        ]
        return plain(HTTPStatus.OK, "application/json", json.dumps(listed).encode())
    if name not in pictures:
        return problem(request, HTTPStatus.NOT_FOUND, "There is no such sample.")
    # Nothing from that folder may run as if it were the page's own.
    guessed = mimetypes.guess_type(name)[0]
    kind = guessed if guessed in ("image/png", "image/jpeg") else "application/octet-stream"
    return plain(HTTPStatus.OK, kind, pictures[name].read_bytes())


def _is_offered(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


class Gateway(ThreadingHTTPServer):
    """Listens on this machine only, and answers to its own name only."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, backend: Backend) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.hosts = {f"localhost:{self.server_port}", f"127.0.0.1:{self.server_port}"}
        self.backend = backend


class _Handler(BaseHTTPRequestHandler):
    server: Gateway
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 75.0

    def _serve(self) -> None:
        declared = self.headers.get("Content-Length") or "0"
        if self.headers.get("Host") not in self.server.hosts:
            elsewhere = f"Come by http://localhost:{self.server.server_port}, not by another name."
            return self._send(problem(None, HTTPStatus.FORBIDDEN, elsewhere), last=True)
        if not declared.isdecimal() or "Transfer-Encoding" in self.headers:
            refused = problem(None, HTTPStatus.LENGTH_REQUIRED, "Say how long the request is.")
            return self._send(refused, last=True)
        if int(declared) > MAX_BODY_BYTES:
            large = problem(
                None, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is larger than 10 MB."
            )
            return self._send(large, last=True)
        request = Request(
            method=self.command,
            target=self.path,
            headers=self.headers.items(),
            body=self.rfile.read(int(declared)),
            source_ip=self.client_address[0],
        )
        return self._send(answer(request, self.server.backend))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def _send(self, made: Response, *, last: bool = False) -> None:
        self.send_response(made.status)
        for name, value in made.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(made.body)))
        if last:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(made.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no HTTP, or has a method that nobody knows, which is no fault on our side."""
        unknown = code == HTTPStatus.NOT_IMPLEMENTED
        status = HTTPStatus.METHOD_NOT_ALLOWED if unknown else HTTPStatus(code)
        self._send(problem(None, status, message or status.description), last=True)

    def version_string(self) -> str:
        return "local"

    def handle_expect_100(self) -> bool:
        """Sent at once: a client may wait a second for it before it sends its body."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def log_message(self, format: str, *arguments: object) -> None:
        """Addresses hold login codes, so requests are not logged."""
