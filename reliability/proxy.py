"""A proxy between the functions and AWS that injects faults into a share of the requests."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from reliability.shuffle import Shuffle

# Start of a SageMaker runtime path; the paths of S3 and SQS start with a bucket or are "/".
_ENDPOINT_PREFIX = "/endpoints/"

_DELAY_SECONDS = 1.5
# Longer than the functions wait for the endpoint.
_ENDPOINT_DELAY_SECONDS = 3.0
_TIMEOUT_SECONDS = 60
# Headers that belong to one connection (RFC 9110, 7.6.1), and the length, which is set anew.
_HOP_BY_HOP_HEADERS = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


class FaultyProxy(ThreadingHTTPServer):
    """Forwards to the services on the ports `aws` and `endpoint`.

    A share `aws_share` of the requests to AWS and `endpoint_share` of those to the endpoint end
    with a fault; 0 forwards all. `seed` decides the faults; which requests they meet depends on
    the order in which threads send them.
    """

    daemon_threads = True

    def __init__(self, port: int, *, aws: int, endpoint: int, seed: int) -> None:
        super().__init__(("127.0.0.1", port), _RequestHandler)
        self._aws_port, self._endpoint_port = aws, endpoint
        self.aws_share = self.endpoint_share = 0.0
        # If set, every request to the endpoint ends with this fault.
        self.endpoint_fault: Fault | None = None
        self.counts: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._aws_faults = Shuffle(AWS_FAULTS, self._random)
        self._endpoint_faults = Shuffle(ENDPOINT_FAULTS, self._random)
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Prints nothing: connections break on purpose, and AWS ends before the proxy does."""

    def upstream_port(self, path: str) -> int:
        return self._endpoint_port if path.startswith(_ENDPOINT_PREFIX) else self._aws_port

    def draw_fault(self, path: str) -> "Fault | None":
        """Returns the fault for the next request, or None to forward it."""
        is_endpoint = path.startswith(_ENDPOINT_PREFIX)
        if is_endpoint and self.endpoint_fault:
            return self.endpoint_fault
        if self._random.random() >= (self.endpoint_share if is_endpoint else self.aws_share):
            return None
        fault = (self._endpoint_faults if is_endpoint else self._aws_faults).draw()
        self.counts[fault.__name__] += 1
        return fault


class _RequestHandler(BaseHTTPRequestHandler):
    """Handles the requests of one connection; each fault is a method.

    Werkzeug's server would not make this clearly smaller: most lines are the faults, and to end a
    connection without a response its socket would have to be closed underneath it.
    """

    server: FaultyProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_request(self) -> None:
        fault = self.server.draw_fault(self.path)
        (fault or _RequestHandler.forward)(self)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_OPTIONS = handle_request

    def handle_expect_100(self) -> bool:
        """Flushes "100 Continue": a client waits up to a second for it before it sends its body."""
        is_accepted = super().handle_expect_100()
        self.wfile.flush()
        return is_accepted

    def forward(self) -> None:
        self.respond(*self.call_upstream())

    def call_upstream(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """Sends the request on; returns status, headers and body of the response."""
        port = self.server.upstream_port(self.path)
        connection = http.client.HTTPConnection("localhost", port, timeout=_TIMEOUT_SECONDS)
        # Links are signed for the name under which the client called.
        hosts = {"Host": f"localhost:{port}", "X-Forwarded-Host": str(self.headers.get("Host"))}
        headers = {**dict(self.headers.items()), **hosts}
        headers.pop("Expect", None)
        connection.request(self.command, self.path, self.read_body(), headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.getheaders(), content

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def respond(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP_BY_HOP_HEADERS:
                self.send_header(name, value)
        length = str(len(content))
        if self.command == "HEAD":  # It declares the length of a body that it does not have.
            length = next((v for n, v in headers if n.lower() == "content-length"), length)
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(content)

    def return_503(self) -> None:
        """Fails before anything is done."""
        self.read_body()
        self.respond(503, [("Content-Type", "text/plain")], b"Slow down.")

    def fail_after_commit(self) -> None:
        """Reports an error although the request was done."""
        self.call_upstream()
        self.respond(500, [("Content-Type", "text/plain")], b"We encountered an internal error.")

    def drop_connection(self) -> None:
        """Ends the connection before the response, although the request was done."""
        self.call_upstream()
        self.close_connection = True

    def delay_response(self) -> None:
        response = self.call_upstream()
        time.sleep(_DELAY_SECONDS)
        self.respond(*response)

    def exceed_timeout(self) -> None:
        """Forwards after the caller has given up."""
        time.sleep(_ENDPOINT_DELAY_SECONDS)
        self.forward()

    def return_nan(self) -> None:
        """Returns predictions in which the logit is not a number."""
        status, headers, content = self.call_upstream()
        self.respond(status, headers, re.sub(rb'"logit": [^,}]+', b'"logit": NaN', content))

    def return_other_shape(self) -> None:
        """Returns predictions with a saliency map of one cell, as from another network."""
        status, headers, content = self.call_upstream()
        changed = re.sub(rb'"attention": \[\[.*?\]\]', b'"attention": [[0.5]]', content)
        self.respond(status, headers, changed)

    def return_no_predictions(self) -> None:
        self.read_body()
        self.respond(200, [("Content-Type", "application/json")], b'{"predictions": []}')

    def log_message(self, format: str, *args: object) -> None:
        """Prints nothing."""


Fault = Callable[[_RequestHandler], None]

AWS_FAULTS: tuple[Fault, ...] = (
    _RequestHandler.return_503,
    _RequestHandler.fail_after_commit,
    _RequestHandler.drop_connection,
    _RequestHandler.delay_response,
)
ENDPOINT_FAULTS: tuple[Fault, ...] = (
    _RequestHandler.return_503,
    _RequestHandler.drop_connection,
    _RequestHandler.exceed_timeout,
    _RequestHandler.return_nan,
    _RequestHandler.return_other_shape,
    _RequestHandler.return_no_predictions,
)
