"""Sends HTTP requests as they are written, which well-behaved clients refuse or correct."""

import http.client
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 40
# Of raw requests: one that the server waits for has been refused or not within this time.
_RAW_TIMEOUT_SECONDS = 5
_BUSY_RETRIES = 10


@dataclass(frozen=True, kw_only=True)
class Request:
    """`target` is the path and query of the request line, sent without any change."""

    method: str = "GET"
    target: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def header(self, name: str) -> str:
        return str(self.headers.get(name) or "")


def send(origin: str, request: Request) -> Answer:
    """Sends the request, again where all processes of the function are busy.

    Raises OSError or http.client.HTTPException.
    """
    for _ in range(_BUSY_RETRIES):
        answer = _send_once(origin, request)
        if answer.status != 429 or answer.header("Retry-After") != "1":
            break
        time.sleep(1)
    return answer


def _send_once(origin: str, request: Request) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=_TIMEOUT_SECONDS)
    try:
        has_host = any(name.lower() == "host" for name in request.headers)
        connection.putrequest(
            request.method, request.target, skip_host=has_host, skip_accept_encoding=True
        )
        for name, value in request.headers.items():
            connection.putheader(name, value.encode("latin-1"))
        if request.body or request.method == "POST":
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders()
        _send_body(connection, request.body)
        response = connection.getresponse()
        return Answer(status=response.status, headers=response.headers, body=response.read())
    finally:
        connection.close()


def _send_body(connection: http.client.HTTPConnection, body: bytes) -> None:
    """A server that refuses a body by its length closes the connection before its end."""
    try:
        connection.send(body)
    except (BrokenPipeError, ConnectionResetError):
        return


def send_raw(origin: str, content: bytes) -> bytes:
    """Sends the bytes and returns all bytes that come back until the server is silent."""
    parts = urlsplit(origin)
    received = b""
    with socket.create_connection((parts.hostname, parts.port), timeout=1) as connection:
        try:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(_RAW_TIMEOUT_SECONDS)
            while block := connection.recv(65536):
                received += block
        except OSError:
            return received
    return received
