"""Refuses a request whose head was cut off, or that two servers could read differently."""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar

CUT_OFF = "The request was cut off."
_AMBIGUOUS = "The head of the request can be read in more than one way."

# A name, a colon without a space before it, and a value on one line (RFC 9112, section 5). The
# standard library reads a folded line as a value, and ends the head at a line without a name.
_FIELD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r?\n")
_LENGTH = b"content-length:"

Handler = TypeVar("Handler", bound=BaseHTTPRequestHandler)


class _Lines:
    """Reads lines and keeps them."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.lines: list[bytes] = []

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._file.readline(limit)
        self.lines.append(line)
        return line


def require_whole_head(parse_request: Callable[[Handler], bool]) -> Callable[[Handler], bool]:
    """Wraps the method of a request handler that reads the head.

    The end of the connection counts for it as the end of the head, so a request could run without
    its last headers, or with half a value. Answers 400 where the empty line is missing, and where
    the length of the body is in doubt: the body could hold a request of its own.
    """

    @wraps(parse_request)
    def parse_whole_request(handler: Handler) -> bool:
        file = handler.rfile
        head = _Lines(file)
        handler.rfile = head  # type: ignore[assignment]
        try:
            is_valid = parse_request(handler)
        finally:
            handler.rfile = file
        if is_valid and (error := _find_error(head.lines)):
            handler.send_error(HTTPStatus.BAD_REQUEST, error)
            return False
        return is_valid

    return parse_whole_request


def _find_error(lines: Sequence[bytes]) -> str:
    """`lines` are those after the request line."""
    if not lines or lines[-1] not in (b"\r\n", b"\n"):
        return CUT_OFF
    lengths = sum(line.lower().startswith(_LENGTH) for line in lines)
    is_clear = lengths <= 1 and all(_FIELD.fullmatch(line) for line in lines[:-1])
    return "" if is_clear else _AMBIGUOUS
