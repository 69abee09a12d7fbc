"""Requests that are no proper HTTP, which two servers could read differently."""

import random
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try
from reliability.http_requests import send_raw

SMUGGLING = Attack(item="4.2.1", title="requests with a second request hidden in the body")
SYNTAX = Attack(item="4.2.1, 16.5.1", title="requests that are no HTTP")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    for name, content in _build_smuggled(target).items():
        yield SMUGGLING.build_try(name, _find_smuggled, target, content)
    for name, content in _build_malformed(target).items():
        yield SYNTAX.build_try(name, _find_malformed, target, content)


def _build_smuggled(target: Target) -> Mapping[str, bytes]:
    host = urlsplit(target.system.url).netloc.encode()
    hidden = b"GET /login HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
    size = str(len(hidden)).encode()
    chunk = b"0\r\n\r\n" + hidden
    start = b"POST /logout HTTP/1.1\r\nHost: " + host + b"\r\n"

    def build(*lines: bytes, body: bytes = hidden) -> bytes:
        return start + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body

    return {
        "two lengths": build(b"Content-Length: 0", b"Content-Length: " + size),
        "two lengths, reversed": build(b"Content-Length: " + size, b"Content-Length: 0"),
        "a length and chunks": build(
            b"Content-Length: 5", b"Transfer-Encoding: chunked", body=chunk
        ),
        "chunks and a length": build(
            b"Transfer-Encoding: chunked", b"Content-Length: 5", body=chunk
        ),
        "chunks alone": build(b"Transfer-Encoding: chunked", body=chunk),
        "an obscure name of chunks": build(b"Transfer-Encoding: xchunked", body=chunk),
        "chunks with a space before the colon": build(b"Transfer-Encoding : chunked", body=chunk),
        "a length with a sign": build(b"Content-Length: +0"),
        "a negative length": build(b"Content-Length: -1"),
        "a length in hexadecimal": build(b"Content-Length: 0x0"),
        "a list of lengths": build(b"Content-Length: 0, " + size),
        "a length with a space before the colon": build(b"Content-Length : " + size),
        "a length on a folded line": build(b"X: a\r\n Content-Length: " + size),
        "a length of other digits": build("Content-Length: \u0663".encode()),
        "a line end within a header": build(b"X: a\rContent-Length: " + size),
    }


def _find_smuggled(target: Target, content: bytes) -> str:
    """The hidden request is not answered. (Where there is no length, the body is no body, so a
    client that sends both on purpose gets both answers: the first must be a refusal.)
    """
    received = send_raw(target.system.url, content)
    answers = received.count(b"HTTP/1.1 ")
    if answers > 1 or b"HTTP/1.1 5" in received:
        return f"{answers} answers, the first: {received[:60]!r}"
    return "" if answers == 1 else "no answer"


def _build_malformed(target: Target) -> Mapping[str, bytes]:
    host = b"Host: " + urlsplit(target.system.url).netloc.encode() + b"\r\n"
    token = b"Authorization: Bearer " + target.north.token.encode() + b"\r\n"
    start = b"GET /v1/session HTTP/1.1\r\n"
    return {
        "nothing but a line end": b"\r\n\r\n",
        "no version": b"GET /v1/session\r\n\r\n",
        "another version": b"GET /v1/session HTTP/9.9\r\n" + host + token + b"\r\n",
        "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "two hosts": start + host + b"Host: evil.example\r\n" + token + b"\r\n",
        "another host": start + b"Host: evil.example\r\n" + token + b"\r\n",
        "no end of the head": start + host + token,
        "half a token": start + host + token[:-10],
        "a body that is cut off": b"POST /v1/logout HTTP/1.1\r\n"
        + host
        + token
        + b"Content-Length: 100\r\n\r\n{}",
        "a line of 100 kB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + host + b"\r\n",
        "a header of 100 kB": start + host + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        "1,000 headers": start + host + b"X: a\r\n" * 1000 + b"\r\n",
        "spaces in the address": b"GET /v1/session and more HTTP/1.1\r\n" + host + token + b"\r\n",
        "another address": b"GET http://evil.example/ HTTP/1.1\r\n" + host + token + b"\r\n",
        "a method with a space": b"GE T /v1/session HTTP/1.1\r\n" + host + b"\r\n",
        "TRACE": b"TRACE / HTTP/1.1\r\n" + host + token + b"\r\n",
        "CONNECT": b"CONNECT evil.example:80 HTTP/1.1\r\n" + host + b"\r\n",
    }


def _find_malformed(target: Target, content: bytes) -> str:
    """Refused, or closed without an answer; nothing is executed."""
    received = send_raw(target.system.url, content)
    status = received.split(b" ", 2)[1:2]
    if received.startswith(b"HTTP/") and status and not status[0].startswith(b"4"):
        return f"status {status[0].decode(errors='replace')}"
    return "a stack trace" if b"Traceback" in received else ""
