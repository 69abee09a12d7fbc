"""Cross-site requests: forms without the token of the session, as a page elsewhere sends them."""

import json
import random
from collections.abc import Iterator, Mapping
from itertools import product
from urllib.parse import quote, urlencode

from reliability.attack.http_requests import Request
from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try

TOKENS = Attack(item="3.5.1", title="forms of the page without the session's form token")
ORIGINS = Attack(item="3.5.1", title="forms that a page elsewhere sends")
METHODS = Attack(item="3.5.3", title="acts of the page by another method than POST")
TYPES = Attack(item="3.5.2", title="calls of the API with the page's cookie instead of a token")
READS = Attack(item="3.4.2, API8", title="answers that a page elsewhere may read (CORS)")
EFFECTS = Attack(item="3.5.1", title="what the forms above have changed")

_FORM = "application/x-www-form-urlencoded"
_ORIGINS = ("https://evil.example", "null", "http://localhost", "http://localhost:1", "file://", "")
_FETCH_SITES = ("cross-site", "same-site", "none", "same-origin")
_METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    forms = _build_forms(target)
    yield from _try_tokens(target, forms)
    yield from _try_origins(target, forms)
    yield from _try_methods(target, forms)
    yield from _try_types(target)
    yield from _try_reads(target)
    yield EFFECTS.build_try("the session goes on", _find_logout, target)
    yield EFFECTS.build_try("no review is stored", _find_review, target)


def _build_forms(target: Target) -> Mapping[str, Mapping[str, str]]:
    """The fields of each form of the page, by its address."""
    return {
        "/logout": {},
        "/uploads": {"file_name": "forged.png", "bytes": "10", "idempotency_key": "forged"},
        "/worklist/search": {"file_name": "film"},
        f"/radiographs/{target.north.radiograph}/reviews": {"verdict": "agree", "note": "forged"},
    }


def _build_tokens(target: Target) -> Mapping[str, str]:
    own, other = target.north.session.form_token, target.south.session.form_token
    return {
        "none": "",
        "one space": " ",
        "a word": "csrf",
        "another user's": other,
        "another role's": target.administrator.form_token,
        "without its end": own[:-1],
        "without its start": own[1:],
        "half": own[: len(own) // 2],
        "in capitals": own.upper(),
        "twice": own + own,
        "of parts of two": ".".join([own.split(".")[0], *other.split(".")[1:]]),
        "of parts of two, reversed": ".".join([other.split(".")[0], *own.split(".")[1:]]),
        "null": "null",
        "a list": "['']",
    }


def _try_tokens(target: Target, forms: Mapping[str, Mapping[str, str]]) -> Iterator[Try]:
    headers = target.north.session.headers()
    cookies = headers["Cookie"]
    for (address, fields), (name, token) in product(forms.items(), _build_tokens(target).items()):
        places: Mapping[str, tuple[str, Mapping[str, str], Mapping[str, str]]] = {
            "field": (address, {**fields, "csrf_token": token}, {}),
            "X-CSRFToken": (address, fields, {"X-CSRFToken": token}),
            "X-CSRF-Token": (address, fields, {"X-CSRF-Token": token, "HX-Request": "true"}),
            "query": (f"{address}?{urlencode({'csrf_token': token})}", fields, {}),
            "cookie": (address, fields, {"Cookie": f"{cookies}; csrf_token={quote(token)}"}),
        }
        for place, (place_address, place_fields, more) in places.items():
            request = _build_post(place_address, place_fields, {**headers, **more})
            label = f"{address}, the token {name} in {place}"
            yield TOKENS.build_try(label, target.find_break, request, (400,))


def _build_post(
    address: str, fields: Mapping[str, str], headers: Mapping[str, str], *, kind: str = _FORM
) -> Request:
    body = urlencode(fields).encode() if kind == _FORM else json.dumps(dict(fields)).encode()
    return Request(
        method="POST", target=address, headers={"Content-Type": kind, **headers}, body=body
    )


def _try_origins(target: Target, forms: Mapping[str, Mapping[str, str]]) -> Iterator[Try]:
    cookies = target.north.session.headers()
    own = target.system.url
    origins = (*_ORIGINS, own, f"{own}.evil.example", f"{own}@evil.example")
    for (address, fields), origin, site in product(forms.items(), origins, _FETCH_SITES):
        headers = {**cookies, "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
        headers |= {"Origin": origin, "Referer": f"{origin}/"} if origin else {}
        for kind in (_FORM, "text/plain", "application/json"):
            request = _build_post(address, fields, headers, kind=kind)
            label = f"{address} from {origin!r}, {site}, {kind}"
            yield ORIGINS.build_try(label, target.find_break, request, (400, 403, 415))


def _try_methods(target: Target, forms: Mapping[str, Mapping[str, str]]) -> Iterator[Try]:
    session = target.north.session
    for address, fields in forms.items():
        form = urlencode({**fields, "csrf_token": session.form_token})
        for method in _METHODS:
            request = Request(method=method, target=f"{address}?{form}", headers=session.headers())
            statuses = (200, 404, 405) if method == "OPTIONS" else (404, 405)
            yield METHODS.build_try(f"{method} {address}", target.find_break, request, statuses)
        for header in _OVERRIDES:
            headers = {**session.headers(), header: "POST"}
            request = Request(target=f"{address}?{form}&_method=POST", headers=headers)
            label = f"GET {address} with {header}"
            yield METHODS.build_try(label, target.find_break, request, (404, 405))


def _try_types(target: Target) -> Iterator[Try]:
    bodies = {
        "/v1/radiographs": b'{"file_name": "forged.png", "bytes": 10}',
        "/v1/radiographs/search": b'{"file_name": "film"}',
        f"/v1/radiographs/{target.north.radiograph}/reviews": b'{"verdict": "agree"}',
        "/v1/logout": b"",
    }
    for address, kind in product(bodies, (_FORM, "text/plain", "multipart/form-data; boundary=x")):
        for origin in ("https://evil.example", "null", target.system.url):
            headers = {**target.north.session.headers(), "Content-Type": kind, "Origin": origin}
            request = Request(method="POST", target=address, headers=headers, body=bodies[address])
            label = f"{address} as {kind} from {origin}"
            yield TYPES.build_try(label, target.find_break, request, (401,))


def _try_reads(target: Target) -> Iterator[Try]:
    pages = ("/", "/worklist", f"/radiographs/{target.north.radiograph}", "/no-such-page", "/login")
    routes = ("/v1/session", "/v1/radiographs", f"/v1/radiographs/{target.north.radiograph}")
    authorised = {**target.north.session.headers(), "Authorization": f"Bearer {target.north.token}"}
    for address, origin in product((*pages, *routes), _ORIGINS[:-1]):
        for method in ("GET", "OPTIONS"):
            headers = {**authorised, "Origin": origin, "Access-Control-Request-Method": "POST"}
            request = Request(method=method, target=address, headers=headers)
            label = f"{method} {address} from {origin}"
            yield READS.build_try(label, _find_permission, target, request)


def _find_permission(target: Target, request: Request) -> str:
    answer = target.send(request)
    names = [name for name in answer.headers if name.lower().startswith("access-control-")]
    return f"the answer has {names}" if names else ""


def _find_logout(target: Target) -> str:
    request = Request(target="/worklist", headers=target.north.session.headers())
    return target.find_break(request, (200,), lacks="forged.png")


def _find_review(target: Target) -> str:
    address = f"/radiographs/{target.north.radiograph}"
    request = Request(target=address, headers=target.north.session.headers())
    return target.find_break(request, (200,), lacks="forged")
