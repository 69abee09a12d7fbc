"""An HTTP server on this machine, which can be made to fail as real servers do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class LocalServer:
    """The state of the server.

    `files` are served by their path. Each of `dies_after` ends one response after so many bytes;
    each of `statuses` replaces one response. `shift` moves the bytes of a range. `ranges` collects
    the Range headers of the requests.
    """

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    dies_after: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    supports_ranges: bool = True
    shift: int = 0
    ranges: list[str | None] = field(default_factory=list)


@contextmanager
def run_server() -> Iterator[LocalServer]:
    """Runs the server in a thread, on a free port."""
    server = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def server_activate(self) -> None:
        super().server_activate()
        self.state = LocalServer(self.address)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        state = self.server.state
        range_header = self.headers["Range"]
        state.ranges.append(range_header)
        content = state.files.get(self.path.partition("?")[0])
        status = state.statuses.pop(0) if state.statuses else 404 if content is None else 0
        if status or content is None:
            self.send_error(status)
            return
        start = state.shift
        if range_header:
            start += int(range_header.removeprefix("bytes=").removesuffix("-"))
        is_partial = bool(range_header) and state.supports_ranges
        body = content[start if is_partial else 0 :]
        self.send_response(206 if is_partial else 200)
        if is_partial:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: state.dies_after.pop(0)] if state.dies_after else body)

    def log_message(self, format: str, *args: object) -> None:
        pass
