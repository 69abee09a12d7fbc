"""Bodies, fields and methods that a route does not have."""

import json
import random
from collections.abc import Collection, Iterator, Mapping
from itertools import product

from reliability.attack.leaks import find_leak
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request, send

BODIES = Attack(item="2.2.1, 1.5.2", title="bodies that are no JSON or of another form")
METHODS = Attack(item="4.1.4, 13.4.4", title="methods that a route does not have")
TYPES = Attack(item="15.3.5", title="fields of another type")

_METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "DEBUG", "PROPFIND", "BREW", "get")
_KINDS = ("application/json", "text/plain", "application/xml", "application/x-yaml", "")
_VALUES: tuple[object, ...] = (
    None,
    True,
    1,
    1.5,
    -1,
    "1",
    [],
    {},
    [1],
    {"a": 1},
    "\ud800",
    "\0",
    10**400,
    1e308,
)
# Each field with the values of the list above that it may have, as Python writes them.
_CREATE_FIELDS = {"file_name": ["'1'"], "bytes": ["1"], "age_years": ["1", "None"]}
_REVIEW_FIELDS = {"finding": [""], "note": ["'1'"]}
_BODIES = {
    "nothing": b"",
    "a word": b"null",
    "a list": b"[]",
    "half": b'{"file_name": "a"',
    "two": b"{}{}",
    "no UTF-8": b"\xff\xfe{}",
    "UTF-16": '{"file_name": "a"}'.encode("utf-16"),
    "a number": b"1",
    "a comment": b"{/**/}",
    "NaN": b'{"file_name": NaN}',
    "equal names": b'{"file_name": "a", "file_name": 1, "bytes": 1}',
    "XML": b"<?xml version='1.0'?><a/>",
    "a form": b"file_name=a&bytes=1",
    "YAML": b"file_name: !!python/object/apply:os.system ['true']",
    "a pickle": b"\x80\x04.",
}


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    yield from _try_bodies(target)
    yield from _try_fields(target)
    yield from _try_methods(target)


def _try_bodies(target: Target) -> Iterator[Try]:
    paths = ("/v1/radiographs", "/v1/radiographs/search")
    for (name, body), kind, path in product(_BODIES.items(), _KINDS, paths):
        request = _build_post(target, path, body, kind=kind)
        label = f"{name} as {kind} to {path}"
        yield BODIES.build_try(label, target.find_break, request, (400, 415, 422))


def _build_post(target: Target, path: str, body: bytes, *, kind: str) -> Request:
    headers = {**bearer(target.north.token), "Content-Type": kind, "Idempotency-Key": "malformed"}
    return Request(method="POST", target=path, headers=headers, body=body)


def _try_fields(target: Target) -> Iterator[Try]:
    create = {"file_name": "a", "bytes": 1}
    yield from _try_values(target, "/v1/radiographs", create, _CREATE_FIELDS)
    path = f"/v1/radiographs/{target.north.radiograph}/reviews"
    yield from _try_values(target, path, {"finding": "pneumonia"}, _REVIEW_FIELDS)


def _try_values(
    target: Target,
    path: str,
    body: Mapping[str, object],
    fields: Mapping[str, Collection[str]],
) -> Iterator[Try]:
    for field, value in product(fields, _VALUES):
        if repr(value) not in fields[field]:
            content = json.dumps({**body, field: value}).encode()
            request = _build_post(target, path, content, kind="application/json")
            yield TYPES.build_try(f"{field} {value!a:.20}", target.find_break, request, (422,))


def _try_methods(target: Target) -> Iterator[Try]:
    routes = ("/v1/radiographs", "/v1/radiographs/search", "/v1/session", "/v1/logout", "/v1/model")
    pages = ("/", "/worklist", "/login", f"/radiographs/{target.north.radiograph}")
    headers = {**bearer(target.north.token), **target.north.session.headers()}
    for path in (*routes, *pages):
        for method in _METHODS:
            request = Request(method=method, target=path, headers=headers)
            yield METHODS.build_try(f"{method} {path}", _find_method, target, request)


def _find_method(target: Target, request: Request) -> str:
    answer = send(target.system.url, request)
    return find_leak(answer) if answer.status in (400, 403, 404, 405) else f"status {answer.status}"
