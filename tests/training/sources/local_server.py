"""A server on this machine with one file on it, which can be made to fail as real ones do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Web:
    """`files` are served by their path. Each of `dies_after` ends one answer after so many bytes,
    `statuses` are given instead of an answer. `shift` moves what comes of a range. `ranges` are
    those that were asked for.
    """

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    dies_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    knows_ranges: bool = True
    shift: int = 0
    ranges: list[str | None] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Web]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    web = Web(f"http://127.0.0.1:{server.server_port}")
    server.web = web  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        web: Web = self.server.web  # type: ignore[attr-defined]
        asked = self.headers["Range"]
        web.ranges.append(asked)
        content = web.files.get(self.path.partition("?")[0])
        status = web.statuses.pop(0) if web.statuses else 404 if content is None else 0
        if status or content is None:
            self.send_error(status)
            return
        start = web.shift + int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        goes_on = bool(asked) and web.knows_ranges
        rest = content[start if goes_on else 0 :]
        self.send_response(206 if goes_on else 200)
        if goes_on:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: web.dies_after.pop(0)] if web.dies_after else rest)

    def log_message(self, format: str, *args: object) -> None:
        pass
