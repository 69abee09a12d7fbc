"""A request is repeated once where that can help, and never after a timeout."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import requests

from tests.ui.recorded_api import RecordedApi, RecordedRequest, RecordedResponse
from ui.http_session import build_http_session

OK = RecordedResponse(body={})


def busy(status: int = 429, headers: dict[str, str] | None = None) -> RecordedResponse:
    return RecordedResponse(status=status, body={}, headers=headers or {})


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the session waits before it repeats a request; it does not really wait."""
    seconds: list[float] = []
    clock = SimpleNamespace(sleep=seconds.append, time=time.time)
    monkeypatch.setattr("urllib3.util.retry.time", clock)
    return seconds


@contextmanager
def dropping_server(*, responds: list[bool]) -> Iterator[int]:
    """The port of a server that closes connections: one request each, with or without response."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for has_response in responds:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                if has_response:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        listener.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(timeout=5)
    assert not thread.is_alive()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_api_is_called_once_more(
    api: RecordedApi, waits: list[float], method: str, status: int
) -> None:
    api.respond(f"{method} /x", busy(status), OK)
    assert build_http_session("a key").request(method, f"{api.url}/x", json={}).status_code == 200
    assert len(api.requests) == 2


def test_an_api_that_stays_busy_is_not_called_a_third_time(
    api: RecordedApi, waits: list[float]
) -> None:
    api.respond("GET /x", busy())
    assert build_http_session("a key").get(f"{api.url}/x").status_code == 429
    assert len(api.requests) == 2


@pytest.mark.parametrize("status", [400, 404, 500, 502, 504])
def test_other_errors_are_not_repeated(api: RecordedApi, status: int) -> None:
    api.respond("GET /x", RecordedResponse(status=status, body={}))
    build_http_session("a key").get(f"{api.url}/x")
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "2"}, [2.0]), ({"Retry-After": "300"}, [2.0]), ({}, [1.0])],
)
def test_it_waits_as_long_as_the_api_asks_but_at_most_2_seconds(
    api: RecordedApi, waits: list[float], headers: dict[str, str], seconds: list[float]
) -> None:
    api.respond("GET /x", busy(headers=headers), OK)
    build_http_session("a key").get(f"{api.url}/x")
    assert waits == seconds


def test_a_request_whose_connection_was_dropped_is_repeated_once() -> None:
    with dropping_server(responds=[False, True]) as port:
        assert build_http_session("a key").post(f"http://127.0.0.1:{port}/").status_code == 200
    with dropping_server(responds=[False, False]) as port, pytest.raises(requests.ConnectionError):
        build_http_session("a key").post(f"http://127.0.0.1:{port}/")


def test_a_request_that_timed_out_is_not_repeated(api: RecordedApi) -> None:
    def respond_late(request: RecordedRequest) -> RecordedResponse:
        time.sleep(0.3)
        return OK

    api.respond("GET /x", respond_late)
    with pytest.raises(requests.RequestException):
        build_http_session("a key").get(f"{api.url}/x", timeout=0.1)
    time.sleep(0.5)
    assert len(api.requests) == 1
