"""A small HTTP server in place of the `/v1` API: it gives recorded responses and remembers the
requests.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class RecordedResponse:
    """`body` is sent as it is if it is bytes, else as JSON."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Responder = RecordedResponse | Callable[[RecordedRequest], RecordedResponse]


class RecordedApi:
    def __init__(self) -> None:
        self.requests: list[RecordedRequest] = []
        self._responders: dict[str, list[Responder]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def respond(self, route: str, *responders: Responder) -> None:
        """Sets the responses to `route` ("METHOD /path"), in order; the last one is repeated."""
        self._responders[route] = list(responders)

    def handle(self, request: RecordedRequest) -> RecordedResponse:
        self.requests.append(request)
        responders = self._responders.get(f"{request.method} {request.path.partition('?')[0]}")
        if not responders:
            return RecordedResponse(status=404, body={"detail": "not recorded"})
        responder = responders.pop(0) if len(responders) > 1 else responders[0]
        return responder if isinstance(responder, RecordedResponse) else responder(request)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(api: RecordedApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            response = api.handle(
                RecordedRequest(method=self.command, path=self.path, headers=headers, body=body)
            )
            is_raw = isinstance(response.body, bytes)
            content = response.body if is_raw else json.dumps(response.body).encode()
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler
