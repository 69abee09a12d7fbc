"""Stands between the functions and AWS with its endpoint, and lets some requests go wrong."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from reliability.shuffle import Deck

# Where the SageMaker runtime has its endpoints; AWS's other addresses begin with a bucket or "/".
_ENDPOINT = "/endpoints/"

_SLOW_SECONDS = 1.5
# More than the functions wait for it.
_ENDPOINT_SLOW_SECONDS = 3.0
_TIMEOUT_SECONDS = 60
# What an answer says of its connection, which is not ours.
_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


class FaultyProxy(ThreadingHTTPServer):
    """`share` of the requests to AWS and `endpoint_share` of those to the endpoint end as a fault;
    0 lets all pass. `aws` and `endpoint` are the ports of what stands behind. Which requests come
    first, threads decide and no `seed`.
    """

    daemon_threads = True

    def __init__(self, port: int, *, aws: int, endpoint: int, seed: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._aws, self._endpoint = aws, endpoint
        self.share = self.endpoint_share = 0.0
        # Where one is named, every call to the endpoint ends so.
        self.endpoint_fault: Fault | None = None
        self.injected: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._of_aws = Deck(_OF_AWS, self._random)
        self._of_endpoint = Deck(OF_ENDPOINT, self._random)
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that ended is what this is about, and AWS ends before this does."""

    def upstream(self, path: str) -> int:
        return self._endpoint if path.startswith(_ENDPOINT) else self._aws

    def draw(self, path: str) -> "Fault | None":
        of_endpoint = path.startswith(_ENDPOINT)
        if of_endpoint and self.endpoint_fault:
            return self.endpoint_fault
        if self._random.random() >= (self.endpoint_share if of_endpoint else self.share):
            return None
        fault = (self._of_endpoint if of_endpoint else self._of_aws).draw()
        self.injected[fault.__name__] += 1
        return fault


class _Handler(BaseHTTPRequestHandler):
    server: FaultyProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_one(self) -> None:
        fault = self.server.draw(self.path)
        (fault or _Handler.forward)(self)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_OPTIONS = handle_one

    def handle_expect_100(self) -> bool:
        """Sent at once: a client waits a second for it before it sends its body."""
        going_on = super().handle_expect_100()
        self.wfile.flush()
        return going_on

    def forward(self) -> None:
        self.answer(*self.ask())

    def ask(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """What AWS answers."""
        port = self.server.upstream(self.path)
        connection = http.client.HTTPConnection("localhost", port, timeout=_TIMEOUT_SECONDS)
        headers = {**dict(self.headers.items()), "Host": f"localhost:{port}"}
        headers.pop("Expect", None)
        connection.request(self.command, self.path, self.body(), headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
        length = next((v for n, v in headers if n.lower() == "content-length"), str(len(content)))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def fail(self) -> None:
        """Busy, and nothing was done."""
        self.body()
        self.answer(503, [("Content-Type", "text/plain")], b"Slow down.")

    def fail_afterwards(self) -> None:
        """Done, and nobody hears of it."""
        self.ask()
        self.answer(500, [("Content-Type", "text/plain")], b"We encountered an internal error.")

    def hang_up(self) -> None:
        """Done, and the connection ends before the answer."""
        self.ask()
        self.close_connection = True

    def dawdle(self) -> None:
        answer = self.ask()
        time.sleep(_SLOW_SECONDS)
        self.answer(*answer)

    def answer_too_late(self) -> None:
        time.sleep(_ENDPOINT_SLOW_SECONDS)
        self.forward()

    def talk_nonsense(self) -> None:
        """An answer of the right form, with numbers that are none."""
        status, headers, content = self.ask()
        self.answer(status, headers, re.sub(rb'"logit": [^,}]+', b'"logit": NaN', content))

    def answer_in_another_form(self) -> None:
        """The attention of another network: one number."""
        status, headers, content = self.ask()
        other = re.sub(rb'"attention": \[\[.*?\]\]', b'"attention": [[0.5]]', content)
        self.answer(status, headers, other)

    def answer_less(self) -> None:
        self.body()
        self.answer(200, [("Content-Type", "application/json")], b'{"predictions": []}')

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


Fault = Callable[[_Handler], None]

_OF_AWS: tuple[Fault, ...] = (
    _Handler.fail,
    _Handler.fail_afterwards,
    _Handler.hang_up,
    _Handler.dawdle,
)
OF_ENDPOINT: tuple[Fault, ...] = (
    _Handler.fail,
    _Handler.hang_up,
    _Handler.answer_too_late,
    _Handler.talk_nonsense,
    _Handler.answer_in_another_form,
    _Handler.answer_less,
)
