"""Renewals of a login without a form: of sessions that are over, of others, by other browsers."""

import json
import random
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from urllib.parse import parse_qs, urlencode, urlsplit

from reliability.attack.json_tokens import flip_bit
from reliability.attack.leaks import find_leak
from reliability.attack.redirects import ADDRESSES, find_departure
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request, send
from reliability.page_cookie import decrypt_cookie, encrypt_cookie
from reliability.page_session import Browser
from ui.auth.sessions import IDLE_SECONDS, MAX_SECONDS, SESSION_COOKIE

OVER = Attack(item="7.3.1, 7.3.2, 7.5.3", title="renewals of a session that is over or forged")
CALLBACKS = Attack(item="10.1.2, 10.2.1", title="renewals with the code or state of another login")
OLD = Attack(item="7.4.1", title="a copied cookie or token after its renewal")
FORMS = Attack(item="7.5.3", title="a login without a password, by the session of the login")
SERVER = Attack(item="3.7.2, 10.4.1", title="other sites and sessions, at the login without a form")

_PAGES = ("/", "/worklist", "/model")
_ROUTES = ("/login/frame", "/login/window")
_NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    for name, cookie in _build_cookies(target, generator):
        headers = {**target.north.session.headers(cookie), **_NAVIGATION}
        for address in (*_PAGES, *_ROUTES, "/login/session", "/login/session?check=1"):
            request = Request(target=address, headers=headers)
            yield OVER.build_try(f"{name}, to {address}", _find_renewal, target, request)
    for kind in ("the attacker's code", "the attacker's callback", "an error", "another user"):
        yield CALLBACKS.build_try(kind, _find_switch, target, kind)
    renew = cache(_renew)
    for address in ("/worklist", "/", "/login/session?check=1", "/v1/session", "/v1/radiographs"):
        yield OLD.build_try(address, _find_old_session, target, address, renew)
    for address in ("/login/start", "/login/start?prompt=none", "/login/window", "/login/frame"):
        yield FORMS.build_try(address, _find_code, target, address)
    for address, prompt in product(ADDRESSES, ("none", "login", "")):
        label = f"{address!r} with prompt={prompt}"
        yield SERVER.build_try(label, _find_server_redirect, target, address, prompt)
    for cookie in ("", "a", "A" * 43, "../..", "__proto__", "constructor"):
        yield SERVER.build_try(f"the cookie {cookie!r}", _find_server_code, target, cookie)
    for address, next_page in product(_ROUTES, ADDRESSES):
        headers = target.north.session.headers()
        request = Request(target=f"{address}?{urlencode({'next': next_page})}", headers=headers)
        label = f"{next_page!r} to {address}"
        yield SERVER.build_try(label, _find_departure, target, request)


def _build_cookies(target: Target, generator: random.Random) -> Iterator[tuple[str, str]]:
    now = time.time()
    expired = target.sign_token({"exp": int(now) - 60, "iat": int(now) - 3660})
    for token_name, token in {"a token": target.north.token, "an old token": expired}.items():
        for seconds in (1, 3600, 86_400):
            idle = {"seen": now - IDLE_SECONDS - seconds, "data": {"token": token}}
            yield f"{token_name}, idle {seconds} s too long", encrypt_cookie(target.data, idle)
            data = {"token": token, "began_at": now - MAX_SECONDS - seconds}
            limit = {"seen": now, "data": data}
            yield f"{token_name}, begun {seconds} s too early", encrypt_cookie(target.data, limit)
    cookie = target.north.session.cookie
    for index in (0, 2, 3, 4):
        yield f"a bit of part {index}", flip_bit(cookie, index, generator=generator)
    yield "no session", encrypt_cookie(target.data, {"seen": now, "data": {}})
    yield "no cookie", ""


def _find_renewal(target: Target, request: Request) -> str:
    """Nothing starts without a form, and nobody is logged in."""
    answer = target.send(request)
    if "prompt=none" in answer.header("Location"):
        return f"a renewal starts: {answer.header('Location')[:80]!r}"
    if request.target.startswith("/login/session") and answer.status != 401:
        return f"status {answer.status}"
    if request.target in _PAGES and not answer.header("Location").startswith("/login?"):
        return f"status {answer.status} to {answer.header('Location')!r}"
    return find_leak(answer)


def _renew(target: Target) -> tuple[dict[str, str], str]:
    """The cookies and the token of a session from before its renewal."""
    browser = Browser(target.system.url)
    browser.get(browser.fill_login(target.north.email))
    cookies = dict(browser.cookies)
    token = _read_token(target, cookies[SESSION_COOKIE])
    browser.get(browser.renew())
    renewed = _read_token(target, browser.cookies[SESSION_COOKIE])
    assert renewed != token, "the renewal changes nothing"
    return cookies, token


def _read_token(target: Target, cookie: str) -> str:
    return str(decrypt_cookie(target.data, cookie)["data"]["token"])


def _find_old_session(
    target: Target, address: str, renew: Callable[[Target], tuple[dict[str, str], str]]
) -> str:
    cookies, token = renew(target)
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = bearer(token) if address.startswith("/v1/") else {"Cookie": text}
    answer = target.send(Request(target=address, headers=headers))
    is_refused = answer.status == 401 or answer.header("Location").startswith("/login?")
    return "" if is_refused else f"status {answer.status}"


def _find_switch(target: Target, kind: str) -> str:
    """A renewal of the northern doctor gives nobody else's session, and no other's code works."""
    victim, attacker = Browser(target.system.url), Browser(target.system.url)
    victim.get(victim.fill_login(target.north.email))
    before = _read_token(target, victim.cookies[SESSION_COOKIE])
    own = victim.get("/login/frame").header("Location")
    [state] = parse_qs(urlsplit(own).query)["state"]
    callback = attacker.fill_login(target.south.email)
    [code] = parse_qs(urlsplit(callback).query)["code"]
    if kind == "the attacker's code":
        callback = f"/login/callback?{urlencode({'code': code, 'state': state})}"
    elif kind == "an error":
        callback = f"/login/callback?{urlencode({'error': 'x' * 50, 'state': state})}"
    elif kind == "another user":
        victim.login_cookie = attacker.login_cookie
        callback = victim.renew()
    victim.get(callback)
    session = json.loads(victim.get("/login/session").text)
    if session.get("name") != target.north.email:
        return f"the session is {session}"
    is_same = _read_token(target, victim.cookies[SESSION_COOKIE]) == before
    return "" if is_same else "the token has changed"


def _find_code(target: Target, address: str) -> str:
    """Who finds a browser whose session is over has the cookie of the login, and no password."""
    browser = Browser(target.system.url)
    browser.fill_login(target.north.email)
    browser.cookies.clear()
    location = browser.get(address).header("Location")
    if location.startswith("/"):
        location = browser.get(location).header("Location")
    if not location:
        return ""
    answer = send(target.system.login_url, _at_login(location, browser.login_cookie))
    return "a code without a password" if "code=" in answer.header("Location") else ""


def _at_login(address: str, cookie: str) -> Request:
    parts = urlsplit(address)
    return Request(target=f"{parts.path}?{parts.query}", headers={"Cookie": f"login={cookie}"})


def _build_query(target: Target, redirect_uri: str, prompt: str) -> str:
    fields = {
        "client_id": target.system.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
        "state": "a",
        "prompt": prompt,
    }
    return f"/oauth2/authorize?{urlencode(fields)}"


def _find_server_redirect(target: Target, address: str, prompt: str) -> str:
    browser = Browser(target.system.url)
    browser.fill_login(target.north.email)
    request = _at_login(_build_query(target, address, prompt), browser.login_cookie)
    answer = send(target.system.login_url, request)
    return "" if answer.status == 400 else f"status {answer.status}"


def _find_server_code(target: Target, cookie: str) -> str:
    query = _build_query(target, f"{target.system.url}/login/callback", "none")
    location = send(target.system.login_url, _at_login(query, cookie)).header("Location")
    return "" if "error=login_required" in location else f"it leads to {location!r}"


def _find_departure(target: Target, request: Request) -> str:
    return find_departure(target, target.send(request))
