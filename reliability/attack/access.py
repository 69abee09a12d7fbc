"""Radiographs of another site, acts of another role, and fields that a caller may not set."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from contracts import keys
from contracts.access import Role
from contracts.limits import MAX_BATCH
from reliability.attack.access_rules import ADMINISTRATORS, BAD_GROUPS, BODIES, DOCTORS, RULES
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request
from reliability.page_session import PageSession

OBJECTS = Attack(item="API1, 8.2.2, 8.4.1", title="radiographs of another site, by the API")
PAGE_OBJECTS = Attack(item="API1, 8.2.2, 8.4.1", title="radiographs of another site, on the page")
IDS = Attack(item="API1, 8.2.2", title="ids that are changed, guessed, or paths")
LISTS = Attack(item="API1, 8.4.1", title="lists, searches and cursors of another site")
BATCHES = Attack(item="API1, API4, 8.2.2", title="many rows: of another site, too many, no ids")
FUNCTIONS = Attack(item="API5, 8.2.1", title="acts that need another role, or any role")
FIELDS = Attack(item="API3, 8.2.3, 15.3.3", title="fields of a request that nobody may set")

_RADIOGRAPH_ROUTES = ("/v1/radiographs", "/v1/radiographs/{radiograph}/reviews")
_SUFFIXES = ("", "/", "/..", "%2f", "%00", "%20", ".json", ";a", "%0a", "*", "'", "\\", "%c0%af")
_GUESSES = 200
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_EXTRA_FIELDS: Mapping[str, Any] = {
    "site": "siteSouth",
    "by": "another",
    "owner": "another",
    "subject": "another",
    "role": "administrator",
    "roles": ["administrator"],
    "cognito:groups": ["siteSouth", "administrator"],
    "id": "a" * 26,
    "radiograph_id": "a" * 26,
    "state": "screened",
    "answer": {"decision": "no_pneumonia", "probability": 0.0},
    "created_at": "2020-01-01T00:00:00Z",
    "at": "2020-01-01T00:00:00Z",
    "reviews": [{"finding": "pneumonia"}],
    "sequence": 0,
    "declared_bytes": 1,
    "__class__": "Deleted",
    "__proto__": {"site": "siteSouth"},
    "constructor": {"prototype": {"site": "siteSouth"}},
}


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    yield from _try_objects(target)
    yield from _try_page_objects(target)
    yield from _try_ids(target, generator)
    yield from _try_lists(target)
    yield from _try_batches(target, generator)
    yield from _try_functions(target)
    yield from _try_fields(target)


def _build_request(route: tuple[str, str], radiograph: str, token: str) -> Request:
    method, path = route
    headers = {**bearer(token), "Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    body = json.dumps(BODIES[path]).encode() if path in BODIES and method == "POST" else b""
    address = path.replace("{radiograph}", radiograph)
    return Request(method=method, target=address, headers=headers, body=body)


def _try_objects(target: Target) -> Iterator[Try]:
    pairs = (("siteNorth", target.south), ("siteSouth", target.north))
    for (site, other), (route, rules) in ((pair, rule) for pair in pairs for rule in RULES.items()):
        if "{radiograph}" not in route[1]:
            continue
        for roles, (_, status) in rules.items():
            token = _build_token(target, site, roles)
            for radiograph in (other.radiograph, other.announcement.radiograph.id):
                request = _build_request(route, radiograph, token)
                name = f"{' '.join(route)} by {' and '.join(sorted(roles))} of {site}"
                yield OBJECTS.build_try(name, target.find_break, request, (status,))


def _build_token(target: Target, site: str, roles: frozenset[Role]) -> str:
    return target.sign_token({"cognito:groups": [site, *sorted(roles)]})


def _try_page_objects(target: Target) -> Iterator[Try]:
    sessions = {"the doctor": target.north.session, "the administrator": target.administrator}
    for name, session in sessions.items():
        for radiograph in (target.south.radiograph, target.south.announcement.radiograph.id):
            for request in _build_page_requests(session, radiograph, own=target.north.radiograph):
                label = f"{request.method} {request.target.split('/')[-1][:7]} by {name}"
                # An act of doctors alone.
                statuses = (403, 404) if request.method == "POST" else (404,)
                yield PAGE_OBJECTS.build_try(label, target.find_break, request, statuses)


def _build_page_requests(session: PageSession, radiograph: str, *, own: str) -> Iterator[Request]:
    address = f"/radiographs/{radiograph}"
    for headers in (session.headers(), {**session.headers(), "HX-Request": "true"}):
        yield Request(target=address, headers=headers)
        yield Request(target=f"{address}?polls=3", headers=headers)
        yield Request(target=f"{address}/patient-films", headers=headers)
        yield Request(target=f"{address}/compare/{own}", headers=headers)
        yield Request(target=f"/radiographs/{own}/compare/{radiograph}", headers=headers)
    yield session.build_post(f"{address}/reviews", finding="pneumonia", note="not theirs")
    yield session.build_post(f"{address}/withdrawals", review_id="any")
    yield session.build_post(f"{address}/answer")
    yield session.build_post(f"{address}/age", age_years="3")


def _try_ids(target: Target, generator: random.Random) -> Iterator[Try]:
    other, own = target.south.radiograph, target.north.radiograph
    ids = [other + suffix for suffix in _SUFFIXES]
    ids += [other.upper(), other[:-1], f"../{other}", f"%2e%2e%2f{other}", f"{own},{other}"]
    ids += [f"{own}/../{other}", f"{own}%2f..%2f{other}", f"{own}?id={other}", keys.original(other)]
    ids += [keys.radiograph_id("siteSouth", str(number)) for number in range(20)]
    ids += ["".join(generator.choices(_LETTERS, k=26)) for _ in range(_GUESSES)]
    for radiograph in ids:
        request = Request(
            target=f"/v1/radiographs/{radiograph}", headers=bearer(target.north.token)
        )
        yield IDS.build_try(
            radiograph, target.find_break, request, (200, 400, 404, 422), lacks=other
        )


def _try_lists(target: Target) -> Iterator[Try]:
    session, other = target.north.session, target.south.radiograph
    created_at = target.south.announcement.radiograph.created_at
    cursor = keys.index("siteSouth", created_at, other).rsplit("/", 1)[1]
    queries = ["", "filter=all", "filter=to_review", f"cursor={cursor}", "site=siteSouth"]
    queries += [
        f"cursor=../siteSouth/{cursor}",
        "site=siteSouth&site=siteNorth",
        "filter=siteSouth",
    ]
    queries += [f"around={cursor}", f"at={cursor}", "around=../siteSouth/x"]
    queries += [f"search={other}", "search=../x", f"search={cursor}"]
    for query in queries:
        for address, headers in (
            (f"/v1/radiographs?{query}", bearer(target.north.token)),
            (f"/worklist?{query}", session.headers()),
        ):
            request = Request(target=address, headers=headers)
            yield LISTS.build_try(address, target.find_break, request, (200, 404, 422), lacks=other)
    for text in ("film", ".", "png", other, "siteSouth", "%", "*", ".*", "film' or '1'='1"):
        request = session.build_post("/worklist/search", file_name=text)
        yield LISTS.build_try(
            f"a search for {text!r}", _find_in_search, target, request, f"row-{other}"
        )


def _find_in_search(target: Target, request: Request, other_row: str) -> str:
    """The page redirects to the search under its id; its list is looked at too."""
    address = target.send(request).header("Location")
    page = Request(target=address, headers=target.north.session.headers())
    return target.find_break(request, (303,)) or target.find_break(page, (200,), lacks=other_row)


def _try_batches(target: Target, generator: random.Random) -> Iterator[Try]:
    """By the API and on the page; rows of another site are as if they did not exist."""
    own, other = target.north.radiograph, target.south.radiograph
    later = target.south.announcement.radiograph.id
    guesses = ["".join(generator.choices(_LETTERS, k=26)) for _ in range(MAX_BATCH)]
    malformed = [other + suffix for suffix in _SUFFIXES if suffix]
    malformed += [other.upper(), f"../{other}", f",{other}", f"{own},%20{other}", f"{own};{other}"]
    readable = [[other], [own, other], [later, other], [other, *guesses[1:]]]
    refused = [[*guesses, other], *([text] for text in malformed)]
    for ids, statuses in [(ids, (200,)) for ids in readable] + [(ids, (422,)) for ids in refused]:
        for name in ("ids", "screening", "upload", "retry"):
            path, headers = _choose_batch(target, name)
            request = Request(target=f"{path}?{name}={','.join(ids)}&wait=0", headers=headers)
            label = f"{name} of {path}: {len(ids)} ids, {ids[-1]}"
            yield BATCHES.build_try(label, _find_foreign_row, target, request, statuses)


def _choose_batch(target: Target, name: str) -> tuple[str, Mapping[str, str]]:
    if name == "ids":
        return "/v1/radiographs/batch", bearer(target.north.token)
    return "/rows", {**target.north.session.headers(), "HX-Request": "true"}


def _find_foreign_row(target: Target, request: Request, statuses: Sequence[int]) -> str:
    """The answer has no link to a radiograph of the other site, and no state of it. (The page
    removes its row, by its id.)
    """
    site = target.south
    foreign = [f"radiographs/{each}" for each in (site.radiograph, site.announcement.radiograph.id)]
    foreign += [f'"id":"{each.partition("/")[2]}"' for each in foreign]
    text = target.send(request).text.replace(" ", "")
    if shown := [each for each in foreign if each in text]:
        return f"the answer has {shown}"
    return target.find_break(request, (*statuses, 400))


def _try_functions(target: Target) -> Iterator[Try]:
    own = target.north.radiograph
    review = ("POST", "/v1/radiographs/{radiograph}/reviews")
    token = _build_token(target, "siteNorth", ADMINISTRATORS)
    for finding in ("pneumonia", "no_pneumonia"):
        request = _build_request(review, own, token)
        name = f"the review {finding} by an administrator"
        yield FUNCTIONS.build_try(name, target.find_break, request, (403,))
        request = target.administrator.build_post(f"/radiographs/{own}/reviews", finding=finding)
        yield FUNCTIONS.build_try(f"{name}, on the page", target.find_break, request, (403,))
    for route, rules in RULES.items():
        if "/settings" in route[1] and rules[DOCTORS] == (403,):
            request = _build_request(route, own, _build_token(target, "siteNorth", DOCTORS))
            name = f"{' '.join(route)} by a doctor"
            yield FUNCTIONS.build_try(name, target.find_break, request, (403,))
        for groups in BAD_GROUPS:
            token = target.sign_token({"cognito:groups": groups.split(",")})
            request = _build_request(route, own, token)
            name = f"{' '.join(route)} by an account in {groups!r}"
            yield FUNCTIONS.build_try(name, target.find_break, request, (403,))


def _try_fields(target: Target) -> Iterator[Try]:
    routes = {path: body for path, body in BODIES.items() if path in _RADIOGRAPH_ROUTES}
    for path, body in routes.items():
        for name, value in _EXTRA_FIELDS.items():
            fields = {**body, name: value}
            yield FIELDS.build_try(f"{name} to {path}", _find_field, target, path, fields)


def _find_field(target: Target, path: str, fields: Mapping[str, Any]) -> str:
    """The field is refused, or has no effect: state, author and time are the server's, and the
    other site sees nothing.
    """
    token = _build_token(target, "siteNorth", DOCTORS)
    request = _build_request(("POST", path), target.north.radiograph, token)
    answer = target.send(replace(request, body=json.dumps(fields).encode()))
    if answer.status in (400, 422):
        return ""
    content = json.loads(answer.body)
    view = content.get("radiograph", content)
    state = "awaiting_upload" if "radiograph" in content else "screened"
    times = [view["created_at"], *(review["at"] for review in view["reviews"])]
    authors = {review["by"] for review in view["reviews"]}
    is_changed = view["state"] != state or view["id"] == _EXTRA_FIELDS["id"]
    if is_changed or "another" in authors or any(time.startswith("2020") for time in times):
        return f"the field was taken: {answer.text[:200]}"
    foreign = Request(target=f"/v1/radiographs/{view['id']}", headers=bearer(target.south.token))
    return target.find_break(foreign, (404,))
