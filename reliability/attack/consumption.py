"""Requests that take more than their share: large, deep, many, or long."""

import json
import random
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import uuid4

from lambdas.api.request_limits import MAX_ANNOUNCEMENTS_OF_ACCOUNT
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request

BODIES = Attack(item="API4, 2.2.1", title="bodies that are too large, too deep or too long")
FORMS = Attack(item="API4, 2.2.1", title="forms of the page that are too large")
QUERIES = Attack(item="API4, 15.2.2", title="queries that ask for too much")
FLOODS = Attack(item="API4, API6, 2.4.1", title="announcements of one account without end")

_MEGABYTE = 2**20
_DEPTHS = (1_000, 10_000, 100_000, 1_000_000)


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    headers = {
        **bearer(target.north.token),
        "Content-Type": "application/json",
        "Idempotency-Key": "consumption",
    }
    for name, body in _build_bodies().items():
        # A search ignores a field that it does not know.
        paths = ("/v1/radiographs", "/v1/radiographs/search")[: 1 if b'"bytes"' in body else 2]
        for path in paths:
            request = Request(method="POST", target=path, headers=headers, body=body)
            label = f"{name} to {path}"
            yield BODIES.build_try(label, target.find_break, request, (400, 413, 415, 422))
    yield from _try_forms(target)
    for query in ("wait=3", "wait=1e9", "wait=-1", "wait=NaN", "wait=Infinity", "wait=1,5"):
        address = f"/v1/radiographs/{target.north.radiograph}?{query}"
        request = Request(target=address, headers=headers)
        yield QUERIES.build_try(query, target.find_break, request, (422,))
    for query in ("cursor=" + "9" * 5_000, "filter=" + "a" * 5_000, "a=1&" * 5_000):
        request = Request(target=f"/v1/radiographs?{query}", headers=headers)
        statuses = {414, 422} | ({200} if query.startswith("a") else set())
        yield QUERIES.build_try(query[:12], target.find_break, request, statuses)
    flood = FLOODS.build_try("one more than the limit", _find_flood, target)
    yield replace(flood, is_long=True)


def _build_bodies() -> Mapping[str, bytes]:
    bodies = {
        f"{size} MB": b'{"file_name": "%s"}' % (b"a" * (size * _MEGABYTE)) for size in (1, 7, 11)
    }
    for depth in _DEPTHS:
        bodies[f"{depth} lists"] = b'{"file_name": ' + b"[" * depth + b"]" * depth + b"}"
        bodies[f"{depth} objects"] = b'{"a":' * depth + b"1" + b"}" * depth
        bodies[f"{depth} digits"] = b'{"file_name": "a", "bytes": ' + b"9" * depth + b"}"
        bodies[f"{depth} fields"] = json.dumps(
            {str(i): i for i in range(min(depth, 100_000))}
        ).encode()
    bodies["a compressed body"] = zlib.compress(bytes(_MEGABYTE))
    bodies["a number with an exponent"] = b'{"file_name": "a", "bytes": 1e400}'
    return bodies


def _try_forms(target: Target) -> Iterator[Try]:
    session = target.north.session
    for size in (65, 200, 1024, 7 * 1024, 11 * 1024):
        for path in ("/worklist/search", "/uploads"):
            form = session.build_post(path, file_name="")
            request = replace(form, body=form.body + b"a" * size * 1024)
            yield FORMS.build_try(f"{size} kB to {path}", target.find_break, request, (400, 413))
    for count in (1_001, 5_000):
        request = session.build_post("/worklist/search", **{f"a{i}": "" for i in range(count)})
        yield FORMS.build_try(f"{count} fields", target.find_break, request, (200, 302, 400, 413))


def _find_flood(target: Target) -> str:
    """The administrator's account, which no other try needs, announces until it is refused."""
    token = target.system.fetch_id_token("admin@north.example")
    for _ in range(MAX_ANNOUNCEMENTS_OF_ACCOUNT * 2 + 1):
        answer = target.send(_build_announcement(token))
        if answer.status == 429:
            has_time = 0 < int(answer.header("Retry-After") or 0) <= 300
            return "" if has_time else "the refusal has no time"
        if answer.status != 201:
            return f"status {answer.status}"
    return "no announcement is refused"


def _build_announcement(token: str) -> Request:
    headers = {
        **bearer(token),
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
    }
    body = b'{"file_name": "flood.png", "bytes": 1}'
    return Request(method="POST", target="/v1/radiographs", headers=headers, body=body)
