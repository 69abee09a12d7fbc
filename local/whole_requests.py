"""Refuses a request whose head was cut off, which the standard library's server would execute."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

CUT_OFF = "The request was cut off."

Handler = TypeVar("Handler", bound=BaseHTTPRequestHandler)


class _LastLine:
    """Reads lines and keeps the last one."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.line = b""

    def readline(self, limit: int = -1) -> bytes:
        self.line = self._file.readline(limit)
        return self.line


def require_whole_head(parse_request: Callable[[Handler], bool]) -> Callable[[Handler], bool]:
    """Wraps the method of a request handler that reads the head.

    The end of the connection counts for it as the end of the head, so a request could run without
    its last headers, or with half a value. Answers 400 where the empty line is missing.
    """

    @wraps(parse_request)
    def parse_whole_request(handler: Handler) -> bool:
        file = handler.rfile
        last = _LastLine(file)
        handler.rfile = last  # type: ignore[assignment]
        try:
            is_valid = parse_request(handler)
        finally:
            handler.rfile = file
        if is_valid and last.line not in (b"\r\n", b"\n"):
            handler.send_error(HTTPStatus.BAD_REQUEST, CUT_OFF)
            return False
        return is_valid

    return parse_whole_request
