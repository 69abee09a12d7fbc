"""Redirects to another site, by `next`, the current address, the host name or the login."""

import random
import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urljoin, urlsplit

from reliability.attack.leaks import find_leak
from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Answer, Request, send
from reliability.page_session import Browser

NEXT = Attack(item="3.7.2", title="addresses of other sites in `next`")
LOGIN = Attack(item="3.7.2", title="addresses of other sites in `next`, through a whole login")
CURRENT = Attack(item="3.7.2", title="addresses of other sites in Referer and HX-Current-URL")
CALLBACKS = Attack(
    item="10.1.2, 10.2.1", title="callbacks of a login that this browser did not start"
)
LOGOUTS = Attack(item="3.7.2, 10.4.1", title="addresses of other sites in the login's logout")

_EVIL = "evil.example"
ADDRESSES = (
    "https://evil.example",
    "https://evil.example/worklist",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "//evil.example\\@localhost",
    "//localhost@evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "//%65vil.example",
    "//evil%E3%80%82example",
    "/;//evil.example",
    "/?//evil.example",
    "/#//evil.example",
    "javascript:location='//evil.example'",
    "data:text/html,evil.example",
    "//[::1]@evil.example",
    "http://[evil.example",
    "/login?next=//evil.example",
    "/login/start?next=//evil.example",
    "/worklist//evil.example",
    "/\u2028/evil.example",
    "\uff0f\uff0fevil.example",
    "ftp://evil.example",
    "//evil.example:80#@localhost",
)
_LOGINS = ("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example")
_REFRESH = re.compile(r'http-equiv="?refresh[^>]*', re.I)


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    doctor, visitor = target.north.session.headers(), dict[str, str]()
    for address in ADDRESSES:
        query = urlencode({"next": address})
        for path in ("/login", "/login/start"):
            for name, headers in {"the doctor": doctor, "a visitor": visitor}.items():
                request = Request(target=f"{path}?{query}", headers=headers)
                yield NEXT.build_try(f"{address!r} to {path} by {name}", _find, target, request)
        yield from _try_current(target, address)
    for address in _LOGINS:
        yield LOGIN.build_try(repr(address), _find_after_login, target, address)
    yield from _try_callbacks(target)
    yield from _try_logouts(target)


def _find(target: Target, request: Request) -> str:
    return find_departure(target, target.send(request))


def find_departure(target: Target, answer: Answer) -> str:
    """Returns the address of another site to which the answer leads, as a browser reads it."""
    if answer.status >= 500:
        return f"status {answer.status}"
    allowed = {urlsplit(target.system.url).netloc, urlsplit(target.system.login_url).netloc}
    for name in ("Location", "HX-Redirect", "HX-Location", "Refresh", "Content-Location"):
        address = re.sub(r"[\t\r\n]", "", answer.header(name).strip()).replace("\\", "/")
        parts = urlsplit(urljoin(target.system.url, address))
        if parts.netloc not in allowed or parts.scheme != "http":
            return f"{name} leads to {answer.header(name)!r}"
    if (refresh := _REFRESH.search(answer.text)) and _EVIL in refresh[0]:
        return f"the page leads to {refresh[0]!r}"
    return find_leak(answer)


def _find_after_login(target: Target, address: str) -> str:
    browser = Browser(target.system.url)
    callback = browser.fill_login(target.north.email, next_page=address)
    return find_departure(target, browser.get(callback))


def _try_current(target: Target, address: str) -> Iterator[Try]:
    text = quote(address, safe=":/\\@?#[]%;='(),. ")
    for headers in ({"Referer": text}, {"HX-Request": "true", "HX-Current-URL": text}):
        for path in ("/worklist", "/uploads"):
            method = "POST" if path == "/uploads" else "GET"
            request = Request(method=method, target=path, headers=headers)
            label = f"{address!r} in {list(headers)[-1]} to {path}"
            yield CURRENT.build_try(label, _find, target, request)


def _try_callbacks(target: Target) -> Iterator[Try]:
    queries = ("", "code=a", "state=a", "code=a&state=a", "error=access_denied", "code=&state=")
    for query in queries:
        request = Request(target=f"/login/callback?{query}")
        yield CALLBACKS.build_try(query or "no query", target.find_break, request, (400,))
    for name in ("another browser's callback", "a callback with another state"):
        yield CALLBACKS.build_try(name, _find_callback, target, "state" in name)


def _find_callback(target: Target, has_other_state: bool) -> str:
    """Nobody is logged in by the code of an attacker's login."""
    attacker, victim = Browser(target.system.url), Browser(target.system.url)
    victim.get("/login/start")
    callback = attacker.fill_login(target.south.email)
    if has_other_state:
        state = victim.get("/login/start").header("Location").split("state=")[1].split("&")[0]
        callback = re.sub(r"state=[^&]*", f"state={state}", callback)
    answer = victim.get(callback)
    is_logged_in = victim.get("/worklist").status == 200
    return "the victim is logged in" if is_logged_in or answer.status < 400 else ""


def _try_logouts(target: Target) -> Iterator[Try]:
    client = target.system.client_id
    for address in (
        *ADDRESSES[:12],
        f"{target.system.url}@{_EVIL}",
        f"{target.system.url}.{_EVIL}",
    ):
        query = urlencode({"client_id": client, "logout_uri": address})
        yield LOGOUTS.build_try(repr(address), _find_logout, target, f"/logout?{query}")


def _find_logout(target: Target, address: str) -> str:
    answer = send(target.system.login_url, Request(target=address))
    return "" if answer.status == 400 else f"status {answer.status}"
