"""Scripts and markup in names, notes, searches, addresses and headers: pages only show them."""

import json
import random
import re
from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

from contracts.limits import MAX_FILE_NAME_LENGTH, MAX_REASON_LENGTH
from reliability.attack.leaks import find_leak
from reliability.attack.markup_payloads import EXPRESSIONS, PAYLOADS
from reliability.attack.page_markup import find_fragment, find_markup
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request

NAMES = Attack(item="1.2.1", title="markup in file names, shown on pages")
NOTES = Attack(item="1.2.1", title="markup in notes, shown on pages")
REASONS = Attack(item="1.2.1", title="markup in reasons for settings, shown on pages")
SEARCHES = Attack(item="1.2.1", title="markup in searches")
ADDRESSES = Attack(item="1.2.1, 1.2.2", title="markup in addresses, queries and headers")
ANSWERS = Attack(item="1.2.3, 3.2.1", title="markup in answers of the API")
TEMPLATES = Attack(item="1.3.7", title="expressions of templates and format strings")

_ADDRESSES = (
    "/{}",
    "/radiographs/{}",
    "/rows?screening={}",
    "/worklist?filter={}",
    "/worklist?cursor={}",
    "/login?next={}",
    "/login?next=/{}",
    "/login?expired={}",
    "/login/callback?error={}&error_description={}",
    "/login/callback?code={}&state={}",
    "/static/{}",
    "/samples/{}",
    "/model?{}={}",
)
_HEADERS = ("Referer", "User-Agent", "HX-Current-URL", "X-Forwarded-Host", "Accept-Language")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    for payload in PAYLOADS:
        yield NAMES.build_try(payload, _find_in_name, target, payload)
        yield NOTES.build_try(payload, _find_in_note, target, payload)
        yield REASONS.build_try(payload, _find_in_reason, target, payload)
        yield SEARCHES.build_try(payload, _find_in_search, target, payload)
        yield ANSWERS.build_try(payload, _find_in_answer, target, payload)
        yield from _try_addresses(target, payload)
    for expression in EXPRESSIONS:
        yield TEMPLATES.build_try(f"{expression} in a name", _find_in_name, target, expression)
        yield TEMPLATES.build_try(f"{expression} in a search", _find_in_search, target, expression)
        yield TEMPLATES.build_try(f"{expression} in a note", _find_in_note, target, expression)
        yield TEMPLATES.build_try(f"{expression} in a reason", _find_in_reason, target, expression)


def _find_in_name(target: Target, payload: str) -> str:
    """Announces a file with this name on the page, and looks at each page that shows it."""
    session = target.north.session
    name = payload[:MAX_FILE_NAME_LENGTH]
    row = target.send(
        session.build_post("/uploads", file_name=name, bytes="10", idempotency_key=str(uuid4()))
    )
    if row.status != 200:
        return "" if row.status in (400, 422) else f"status {row.status}"
    radiograph = row.text.partition('id="row-')[2][:26]
    for address in ("/worklist", f"/radiographs/{radiograph}"):
        page = target.send(Request(target=address, headers=session.headers()))
        if page.status != 200:
            return f"status {page.status} of {address}"
        if break_ := find_markup(page):
            return f"{break_} of {address}"
    return find_fragment(row)


def _find_in_note(target: Target, payload: str) -> str:
    session, address = target.north.session, f"/radiographs/{target.north.radiograph}"
    answer = target.send(
        session.build_post(
            f"{address}/reviews", finding="pneumonia", note=payload, idempotency_key=str(uuid4())
        )
    )
    if answer.status != 302:
        return "" if answer.status in (400, 422) else f"status {answer.status}"
    return find_markup(target.send(Request(target=address, headers=session.headers())))


def _find_in_reason(target: Target, payload: str) -> str:
    """Stores the site's settings again with this reason, and looks at the page that shows it."""
    session, address = target.administrator, "/settings"
    fields = _read_settings_form(target)
    reason = payload[:MAX_REASON_LENGTH]
    answer = target.send(session.build_post(address, **{**fields, "reason": reason}))
    if answer.status != 302:
        return "" if answer.status in (400, 422) else f"status {answer.status}"
    return find_markup(target.send(Request(target=address, headers=session.headers())))


def _read_settings_form(target: Target) -> dict[str, str]:
    """The fields of the page's first form with `replaces`, as a browser would send them."""
    page = target.send(Request(target="/settings", headers=target.administrator.headers())).text
    names = ("replaces", "prevalence_percent", "slope", "offset")
    fields = {name: _find_value(page, name) for name in names}
    return {**fields, "age_policy": "withhold"}


def _find_value(page: str, name: str) -> str:
    match = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert match, f"the page of the settings has no field {name}"
    return match[1]


def _find_in_search(target: Target, payload: str) -> str:
    """Looks at the page to which the search redirects, or at the refusal."""
    session = target.north.session
    answer = target.send(session.build_post("/worklist/search", file_name=payload))
    if answer.status == 303:
        address = answer.header("Location")
        answer = target.send(Request(target=address, headers=session.headers()))
        if answer.status != 200:
            return f"status {answer.status} of the search"
    return find_markup(answer)


def _find_in_answer(target: Target, payload: str) -> str:
    """JSON with this name in it is no page, whatever a browser takes it for."""
    body = json.dumps({"file_name": payload, "bytes": 10}).encode()
    headers = {
        **bearer(target.north.token),
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid4()),
        "Accept": "text/html",
    }
    answer = target.send(
        Request(method="POST", target="/v1/radiographs", headers=headers, body=body)
    )
    kind = answer.header("Content-Type")
    if "json" not in kind or answer.header("X-Content-Type-Options") != "nosniff":
        return f"a browser may take {kind} for a page"
    return find_leak(answer)


def _try_addresses(target: Target, payload: str) -> Iterator[Try]:
    headers = target.north.session.headers()
    for pattern in _ADDRESSES:
        address = pattern.replace("{}", quote(payload, safe=""))
        for name, sender in {"the doctor": headers, "a visitor": {}}.items():
            request = Request(target=address, headers={**sender, "Accept": "text/html"})
            yield ADDRESSES.build_try(
                f"{payload} in {pattern} by {name}", _find_in, target, request
            )
    for header in _HEADERS:
        text = payload.encode(errors="replace").decode("latin-1")
        for address in ("/no-such-page", "/worklist"):
            request = Request(target=address, headers={**headers, header: text})
            label = f"{payload} in {header} to {address}"
            yield ADDRESSES.build_try(label, _find_in, target, request)


def _find_in(target: Target, request: Request) -> str:
    answer = target.send(request)
    is_page = answer.header("Content-Type").startswith("text/html")
    if is_page and not request.target.startswith("/samples/"):
        return find_markup(answer)
    return find_fragment(answer) if is_page else find_leak(answer)
