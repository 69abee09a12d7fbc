"""What answers tell of the system: headers, caching and errors of every page and route."""

import random
from collections.abc import Iterator, Mapping
from itertools import product

from contracts.response_headers import DATA_HEADERS, SECURITY_HEADERS
from local.aws.persistent_secrets import SECRETS
from reliability.attack.leaks import find_leak
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Answer, Request

HEADERS = Attack(item="API8, 3.4.1, 3.4.4, 3.4.5", title="answers without a security header")
POLICIES = Attack(item="API8, 3.4.3, 3.4.6", title="pages without a content security policy")
CACHING = Attack(item="14.3.2", title="answers that a browser may store")
ERRORS = Attack(item="16.5.1, 13.4.6", title="errors that tell of the inside")
_PAGES = (
    "/",
    "/worklist",
    "/model",
    "/login",
    "/no-such-page",
    "/static/page.css",
    "/radiographs/{id}",
)
_API = ("/v1/session", "/v1/radiographs", "/v1/radiographs/{id}", "/v1/model", "/v1/none", "/v1")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    for name, request in _build_requests(target).items():
        path = request.target
        expected = DATA_HEADERS if path.startswith("/v1") else SECURITY_HEADERS
        for header, value in expected.items():
            yield HEADERS.build_try(
                f"{header} of {name}", _find_header, target, request, header, value
            )
        if not path.startswith("/static/"):
            yield CACHING.build_try(
                name, _find_header, target, request, "Cache-Control", "no-store"
            )
        if not path.startswith("/v1"):
            yield POLICIES.build_try(name, _find_policy, target, request)
        yield ERRORS.build_try(name, _find_secret, target, request)


def _build_requests(target: Target) -> Mapping[str, Request]:
    """Every page and route, for a user and for nobody, in each way to ask."""
    own = target.north.radiograph
    senders: Mapping[str, Mapping[str, str]] = {
        "the doctor": {**bearer(target.north.token), **target.north.session.headers()},
        "a visitor": {},
        "a script": {**target.north.session.headers(), "HX-Request": "true"},
        "a browser": {"Accept": "text/html"},
        "a wrong token": bearer("a.b.c"),
    }
    requests = {}
    for path, (name, headers), method in product(
        (*_PAGES, *_API), senders.items(), ("GET", "POST")
    ):
        request = Request(method=method, target=path.replace("{id}", own), headers=headers)
        requests[f"{method} {path} by {name}"] = request
    return requests


def _find_header(target: Target, request: Request, name: str, value: str) -> str:
    answer = target.send(request)
    values = answer.headers.get_all(name) or []
    return "" if values == [value] else f"{name} is {values} in status {answer.status}"


def _find_policy(target: Target, request: Request) -> str:
    answer = target.send(request)
    policy = answer.header("Content-Security-Policy")
    rules = (
        "default-src 'none'",
        "script-src 'self';",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    if any(rule not in policy for rule in rules) or "unsafe" in policy:
        return f"the policy is {policy!r}"
    return ""


def _find_secret(target: Target, request: Request) -> str:
    return find_leak(answer := target.send(request)) or find_secret(target, answer)


def find_secret(target: Target, answer: Answer) -> str:
    """Returns the name of a secret of this system, or of a folder of it, that the answer has."""
    content = answer.text + str(answer.headers)
    for name in SECRETS:
        if (target.data / name).read_text() in content:
            return f"the answer has the {name}"
    if str(target.data) in content:
        return "the answer has the data folder"
    return f"status {answer.status}" if answer.status >= 500 else ""
