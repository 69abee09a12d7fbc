"""The server of the local services: keep-alive, bounded bodies, clients that hang up."""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest

from local.http_server import HttpServer, Request, Response, Rules


@dataclass
class Recorder:
    """Answers each request with its body, and keeps it."""

    requests: list[Request] = field(default_factory=list)

    def respond(self, request: Request) -> Response | None:
        self.requests.append(request)
        if request.path == "/hang-up":
            return None
        return Response(status=200, headers=[("Content-Type", "text/plain")], body=request.body)


@contextmanager
def serve(recorder: Recorder, rules: Rules | None = None) -> Iterator[int]:
    """Yields the port."""
    server = HttpServer(0, rules)
    server.start(recorder.respond)
    yield server.server_port
    server.stop()


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


def exchange(port: int, content: bytes, *, ends: bool = False) -> bytes:
    """Sends bytes, and no more if it `ends` there; returns all that arrives until the server
    closes the connection.
    """
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(content)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def test_one_connection_carries_several_requests(recorder: Recorder) -> None:
    with serve(recorder) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for body in (b"one", b"two"):
            connection.request("POST", "/path?a=1&b=", body)
            assert connection.getresponse().read() == body
            client = connection.sock
        assert connection.sock is client
        connection.close()
    assert {request.path for request in recorder.requests} == {"/path"}
    assert recorder.requests[0].query == [("a", "1"), ("b", "")]


def test_the_answer_to_head_has_the_length_and_no_body(recorder: Recorder) -> None:
    with serve(recorder) as port:
        request = b"HEAD / HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"
        answer = exchange(port, request)
    assert b"Content-Length: 3\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Content-Length: x", HTTPStatus.LENGTH_REQUIRED),
        ("Content-Length: -1", HTTPStatus.LENGTH_REQUIRED),
        ("Transfer-Encoding: chunked", HTTPStatus.LENGTH_REQUIRED),
        (f"Content-Length: {1024**2 + 1}", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ],
)
def test_a_body_that_may_not_be_read_closes_the_connection(
    recorder: Recorder, headers: str, status: HTTPStatus
) -> None:
    with serve(recorder, Rules(max_body_bytes=1024**2)) as port:
        answer = exchange(port, f"POST / HTTP/1.1\r\n{headers}\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status.value} ".encode())
    assert b"Connection: close\r\n" in answer
    assert recorder.requests == []


@pytest.mark.parametrize(
    ("headers", "is_for_pages", "status"),
    [
        ("Host: evil.example", False, 403),
        ("Host: evil.example:{port}", True, 403),
        ("Host: localhost:{port}\r\nHost: evil.example", True, 403),
        ("Host: localhost:{port}\r\nOrigin: http://localhost:{port}", False, 403),
        ("Origin: null", False, 403),
        ("Host: localhost:{port}\r\nOrigin: http://localhost:{port}", True, 200),
        ("Host: 127.0.0.1:{port}", False, 200),
    ],
)
def test_a_request_of_another_page_is_refused_unread(
    recorder: Recorder, headers: str, is_for_pages: bool, status: int
) -> None:
    with serve(recorder, Rules(is_for_pages=is_for_pages)) as port:
        lines = headers.format(port=port)
        request = f"POST / HTTP/1.1\r\n{lines}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        answer = exchange(port, request.encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert len(recorder.requests) == (status == 200)


@pytest.mark.parametrize(
    ("line", "status"), [(b"BREW / HTTP/1.1", b"405"), (b"GET / x HTTP/1.1", b"400")]
)
def test_errors_of_http_have_the_form_of_the_service(
    recorder: Recorder, line: bytes, status: bytes
) -> None:
    with serve(recorder) as port:
        answer = exchange(port, line + b"\r\n\r\n")
    assert status in answer.splitlines()[0]
    assert answer.endswith(b'"}')


def test_no_answer_closes_the_connection(recorder: Recorder) -> None:
    with serve(recorder) as port:
        assert exchange(port, b"GET /hang-up HTTP/1.1\r\n\r\n") == b""


def test_a_body_that_was_cut_off_is_no_request(
    recorder: Recorder, capfd: pytest.CaptureFixture[str]
) -> None:
    with serve(recorder) as port:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        assert exchange(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert [request.method for request in recorder.requests] == ["GET"]
    assert "Traceback" not in capfd.readouterr().err


WHOLE = b"DELETE /path HTTP/1.1\r\nX-Key: 12345\r\nContent-Length: 4\r\n\r\nbody"


def test_a_request_runs_only_as_a_whole(recorder: Recorder) -> None:
    """A client that hangs up anywhere in a request gets 400, and nothing is done."""
    with serve(recorder) as port:
        for length in range(1, len(WHOLE)):
            answer = exchange(port, WHOLE[:length], ends=True)
            # Before HTTP/1.1 is named, an error has no status line.
            assert length <= len(b"DELETE /path HTTP/1.1") or b" 400 " in answer.splitlines()[0]
        assert recorder.requests == []
        assert b" 200 " in exchange(port, WHOLE, ends=True)


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 0\r\nContent-Length: 30",
        b"Content-Length: 30\r\nContent-Length: 0",
        b"Content-Length : 30",
        b"X: a\r\n Content-Length: 30",
        b"X: a\rContent-Length: 30",
        b"no field\r\nContent-Length: 30",
        b"X: \0\r\nContent-Length: 30",
    ],
)
def test_a_request_in_the_body_of_another_is_not_executed(recorder: Recorder, head: bytes) -> None:
    hidden = b"DELETE /hidden HTTP/1.1\r\nX: a\r\n\r\n"
    with serve(recorder) as port:
        answer = exchange(port, b"POST / HTTP/1.1\r\n" + head + b"\r\n\r\n" + hidden, ends=True)
    assert (answer.count(b"HTTP/1.1"), b" 400 " in answer) == (1, True)
    assert recorder.requests == []


def test_an_idle_connection_is_closed(recorder: Recorder) -> None:
    with serve(recorder, Rules(idle_seconds=0.1)) as port:
        start = time.monotonic()
        assert exchange(port, b"GET / HTTP/1.1\r\n\r\n")
    assert time.monotonic() - start < 5


def test_a_small_answer_does_not_wait_for_an_acknowledgement(recorder: Recorder) -> None:
    """A delayed acknowledgement costs 40 ms; 50 requests take far less than one second."""
    with serve(recorder) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        start = time.monotonic()
        for _ in range(50):
            connection.request("POST", "/", b"x")
            connection.getresponse().read()
        connection.close()
    assert time.monotonic() - start < 1
