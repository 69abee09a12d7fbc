"""A small `/v1` that gives recorded answers and remembers what it was asked."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Given:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answer = Given | Callable[[Asked], Given]


class Recorded:
    """`answers` maps "METHOD /path" to what is given, the first of a list first, the last again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def give(self, route: str, *answers: Answer) -> None:
        self.answers[route] = list(answers)

    def answer(self, asked: Asked) -> Given:
        self.asked.append(asked)
        answers = self.answers.get(f"{asked.method} {asked.path.partition('?')[0]}")
        if not answers:
            return Given(status=404, body={"detail": "not recorded"})
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, Given) else answer(asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(recorded: Recorded) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(method=self.command, path=self.path, headers=headers, body=body)
            given = recorded.answer(asked)
            content = (
                given.body if isinstance(given.body, bytes) else json.dumps(given.body).encode()
            )
            self.send_response(given.status)
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    return Handler
