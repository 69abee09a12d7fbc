"""Cross-site requests: forms without the token of the session, as a page elsewhere sends them."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from urllib.parse import quote, urlencode

from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request
from reliability.page_session import PageSession

TOKENS = Attack(item="3.5.1", title="forms of the page without the session's form token")
ORIGINS = Attack(item="3.5.1", title="forms that a page elsewhere sends")
METHODS = Attack(item="3.5.3", title="acts of the page by another method than POST")
TYPES = Attack(item="3.5.2", title="calls of the API with the page's cookie instead of a token")
READS = Attack(item="3.4.2, API8", title="answers that a page elsewhere may read (CORS)")
EFFECTS = Attack(item="3.5.1", title="what the forms above have changed")

_FORM = "application/x-www-form-urlencoded"
_ORIGINS = ("https://evil.example", "null", "http://localhost", "http://localhost:1", "file://", "")
_FETCH_SITES = ("cross-site", "same-site", "none", "same-origin")
# The only version of the settings of a new system. A form that replaces another one stores nothing.
_VERSION = 1
_METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


@dataclass(frozen=True, kw_only=True)
class _Form:
    """A form of the page, and the session of a user who may send it."""

    address: str
    session: PageSession
    fields: Mapping[str, str] = field(default_factory=dict)


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    forms = _build_forms(target)
    yield from _try_tokens(target, forms)
    yield from _try_origins(target, forms)
    yield from _try_methods(target, forms)
    yield from _try_types(target)
    yield from _try_reads(target)
    yield EFFECTS.build_try("the session goes on", _find_logout, target)
    yield EFFECTS.build_try("no review is stored", _find_review, target)
    yield EFFECTS.build_try("no settings are stored", _find_settings, target)


def _build_forms(target: Target) -> Sequence[_Form]:
    doctor, administrator = target.north.session, target.administrator
    announcement = {"file_name": "forged.png", "bytes": "10", "idempotency_key": "forged"}
    review = {"finding": "pneumonia", "note": "forged"}
    reviews = f"/radiographs/{target.north.radiograph}/reviews"
    settings = {
        "replaces": str(_VERSION),
        "prevalence_percent": "50",
        "slope": "1",
        "offset": "0",
        "age_policy": "show",
        "reason": "forged",
    }
    restore = {"replaces": str(_VERSION), "restores": "1"}
    return (
        _Form(address="/logout", session=doctor),
        _Form(address="/uploads", session=doctor, fields=announcement),
        _Form(address="/worklist/search", session=doctor, fields={"file_name": "film"}),
        _Form(address=reviews, session=doctor, fields=review),
        _Form(address="/settings", session=administrator, fields=settings),
        _Form(address="/settings/restore", session=administrator, fields=restore),
    )


def _build_tokens(target: Target, session: PageSession) -> Mapping[str, str]:
    is_doctor = session is target.north.session
    own, other = session.form_token, target.south.session.form_token
    other_role = target.administrator if is_doctor else target.north.session
    return {
        "none": "",
        "one space": " ",
        "a word": "csrf",
        "another user's": other,
        "another role's": other_role.form_token,
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


def _try_tokens(target: Target, forms: Sequence[_Form]) -> Iterator[Try]:
    for form in forms:
        for name, token in _build_tokens(target, form.session).items():
            for place, request in _place_token(form, token).items():
                label = f"{form.address}, the token {name} in {place}"
                yield TOKENS.build_try(label, target.find_break, request, (400,))


def _place_token(form: _Form, token: str) -> Mapping[str, Request]:
    """The requests with the token in each place where a server may look for it."""
    address, fields, headers = form.address, form.fields, form.session.headers()
    query, cookie = urlencode({"csrf_token": token}), f"csrf_token={quote(token)}"
    htmx = {"X-CSRF-Token": token, "HX-Request": "true"}
    cookies = {"Cookie": f"{headers['Cookie']}; {cookie}"}
    return {
        "field": _build_post(address, {**fields, "csrf_token": token}, headers),
        "X-CSRFToken": _build_post(address, fields, {**headers, "X-CSRFToken": token}),
        "X-CSRF-Token": _build_post(address, fields, {**headers, **htmx}),
        "query": _build_post(f"{address}?{query}", fields, headers),
        "cookie": _build_post(address, fields, {**headers, **cookies}),
    }


def _build_post(
    address: str, fields: Mapping[str, str], headers: Mapping[str, str], *, kind: str = _FORM
) -> Request:
    body = urlencode(fields).encode() if kind == _FORM else json.dumps(dict(fields)).encode()
    return Request(
        method="POST", target=address, headers={"Content-Type": kind, **headers}, body=body
    )


def _try_origins(target: Target, forms: Sequence[_Form]) -> Iterator[Try]:
    own = target.system.url
    origins = (*_ORIGINS, own, f"{own}.evil.example", f"{own}@evil.example")
    for form, origin, site in product(forms, origins, _FETCH_SITES):
        fetch = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
        headers = {**form.session.headers(), **fetch}
        headers |= {"Origin": origin, "Referer": f"{origin}/"} if origin else {}
        for kind in (_FORM, "text/plain", "application/json"):
            request = _build_post(form.address, form.fields, headers, kind=kind)
            label = f"{form.address} from {origin!r}, {site}, {kind}"
            yield ORIGINS.build_try(label, target.find_break, request, (400, 403, 415))


def _try_methods(target: Target, forms: Sequence[_Form]) -> Iterator[Try]:
    for form in forms:
        address, headers = form.address, form.session.headers()
        query = urlencode({**form.fields, "csrf_token": form.session.form_token})
        # Settings and the reviews of a film are read at their form's address: it stores nothing.
        is_read = address == "/settings" or address.endswith("/reviews")
        reads = (200, 404, 405) if is_read else (404, 405)
        statuses = {"GET": reads, "HEAD": reads, "OPTIONS": (200, 404, 405)}
        for method in _METHODS:
            request = Request(method=method, target=f"{address}?{query}", headers=headers)
            yield METHODS.build_try(
                f"{method} {address}", target.find_break, request, statuses.get(method, (404, 405))
            )
        for header in _OVERRIDES:
            override = {**headers, header: "POST"}
            request = Request(target=f"{address}?{query}&_method=POST", headers=override)
            label = f"GET {address} with {header}"
            yield METHODS.build_try(label, target.find_break, request, reads)


def _try_types(target: Target) -> Iterator[Try]:
    bodies = {
        "/v1/radiographs": b'{"file_name": "forged.png", "bytes": 10}',
        "/v1/radiographs/search": b'{"file_name": "film"}',
        f"/v1/radiographs/{target.north.radiograph}/reviews": b'{"finding": "pneumonia"}',
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
    login_pages = ("/login/session", "/login/finish")
    routes = ("/v1/session", "/v1/radiographs", f"/v1/radiographs/{target.north.radiograph}")
    authorised = {**target.north.session.headers(), "Authorization": f"Bearer {target.north.token}"}
    for address, origin in product((*pages, *login_pages, *routes), _ORIGINS[:-1]):
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


def _find_settings(target: Target) -> str:
    """A restore leaves no text of its own: it shows by the version that it stores."""
    request = Request(target="/settings", headers=target.administrator.headers())
    return target.find_break(request, (200,), lacks=f"Version {_VERSION + 1}.")


def _find_review(target: Target) -> str:
    address = f"/radiographs/{target.north.radiograph}"
    request = Request(target=address, headers=target.north.session.headers())
    return target.find_break(request, (200,), lacks="forged")
