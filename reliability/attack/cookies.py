"""Session cookies that are changed, mixed, encrypted with another key, or out of time."""

import json
import random
import time
from collections.abc import Iterator, Mapping
from itertools import product

from joserfc import jwe
from joserfc.jwk import OctKey

from contracts.cookies import VISITOR_COOKIE
from reliability import page_cookie
from reliability.attack.json_tokens import encode_json, flip_bit
from reliability.attack.leaks import find_leak
from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Answer, Request
from reliability.page_session import Browser
from ui.auth.sessions import IDLE_SECONDS, SESSION_COOKIE

CHANGES = Attack(item="API2, 7.2.1, 9.1.1", title="session cookies with a change or other parts")
ALGORITHMS = Attack(item="API2, 9.1.2", title="session cookies of another key or algorithm")
NAMES = Attack(item="3.3.3", title="session cookies under another name, or twice")
TIMES = Attack(item="7.3.1, 7.3.2", title="session cookies that are out of time")
ATTRIBUTES = Attack(item="3.3.1, 3.3.2, 3.3.4", title="attributes of the cookies that pages set")
FIXATION = Attack(item="7.2.4", title="cookies from before the login, used after it")

PAGES = ("/", "/worklist", "/model", "/settings", "/uploads", "/radiographs/{radiograph}")
_FLIPS_OF_A_PART = 40
_PARTS = ("header", "initialisation vector", "text", "tag")
_INDICES = (0, 2, 3, 4)
_NAMES = ("session", "__Secure-session", "__host-session", "__Host-Session", "__Host-sid")
_ATTRIBUTES = ("Secure", "HttpOnly", "Path=/", "SameSite=Lax")

_HEADERS: tuple[Mapping[str, object], ...] = (
    {"alg": "none"},
    {"alg": "A256KW"},
    {"alg": "RSA-OAEP"},
    {"alg": "PBES2-HS256+A128KW", "p2c": 2_000_000_000, "p2s": "AAAA"},
    {"enc": "A128GCM"},
    {"enc": "A128CBC-HS256"},
    {"enc": "none"},
    {"zip": None},
    {"zip": "GZIP"},
    {"crit": ["zip"]},
    {"jku": "http://127.0.0.1:9/"},
)


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    for attack, cookies in (
        (CHANGES, _change_cookie(target, generator)),
        (ALGORITHMS, _change_algorithm(target)),
        (TIMES, _change_time(target)),
    ):
        for name, cookie in cookies:
            headers = target.north.session.headers(cookie)
            yield from _try_pages(target, attack, name, headers)
    yield from _try_names(target)
    for page, name in product(
        ("/login", "/login/start", "/login/callback", "/login/finish"), ("session", "sid")
    ):
        yield ATTRIBUTES.build_try(f"{name} of {page}", _find_attribute, target, page, name)
    yield FIXATION.build_try("the cookie of the login's start", _find_fixation, target)


def _try_pages(
    target: Target, attack: Attack, name: str, headers: Mapping[str, str]
) -> Iterator[Try]:
    for page in PAGES:
        address = page.replace("{radiograph}", target.north.radiograph)
        request = Request(target=address, headers=headers)
        yield attack.build_try(f"{name}, to {page}", _find_session, target, request)


def _find_session(target: Target, request: Request) -> str:
    """Only a redirect to the login is right; a method that is not allowed comes after the login."""
    answer = target.send(request)
    if answer.status != 302 or not answer.header("Location").startswith("/login?"):
        return f"status {answer.status} to {answer.header('Location')!r}"
    return find_leak(answer)


def _change_cookie(target: Target, generator: random.Random) -> Iterator[tuple[str, str]]:
    cookie, other = target.north.session.cookie, target.south.session.cookie
    for index, name in zip(_INDICES, _PARTS, strict=True):
        for number in range(_FLIPS_OF_A_PART):
            yield f"a bit of the {name}, {number}", flip_bit(cookie, index, generator=generator)
    parts, foreign_parts = cookie.split("."), other.split(".")
    for choice in product((0, 1), repeat=3):
        if 0 < sum(choice) < 3:
            mixed = [
                (own, foreign)[index]
                for own, foreign, index in zip(parts[2:], foreign_parts[2:], choice, strict=True)
            ]
            yield f"parts of two users {choice}", ".".join([*parts[:2], *mixed])
    for length in (0, 1, 10, len(cookie) // 2, len(cookie) - 5):
        yield f"{length} letters", cookie[:length]
    for count in range(1, 5):
        yield f"{count} parts", ".".join(parts[:count])
    yield "six parts", f"{cookie}.{parts[-1]}"
    yield "an encrypted key", ".".join([parts[0], "AAAA", *parts[2:]])
    yield "the user's own token", target.north.token
    yield "a form token", target.north.session.form_token
    yield "4,000 letters", "A" * 4000


def _change_algorithm(target: Target) -> Iterator[tuple[str, str]]:
    cookie = target.north.session.cookie
    payload = {"seen": time.time(), "data": {"token": target.north.token}}
    content = json.dumps(payload).encode()
    for name, secret in {
        "zeros": bytes(32),
        "a word": b"secret" * 5 + b"se",
        "ones": b"1" * 32,
    }.items():
        header = {"alg": "dir", "enc": "A256GCM"}
        yield f"a key of {name}", jwe.encrypt_compact(header, content, OctKey.import_key(secret))
    _, _, *rest = cookie.split(".")
    for changes in _HEADERS:
        changed: dict[str, object] = {"alg": "dir", "enc": "A256GCM", "zip": "DEF", **changes}
        yield f"the header {changes}", ".".join([encode_json(changed), "", *rest])
    for header in ({"alg": "none"}, {"alg": "HS256"}):
        yield f"a signed token {header}", f"{encode_json(header)}.{encode_json(payload)}."


def _change_time(target: Target) -> Iterator[tuple[str, str]]:
    """Cookies with the key of this system, of a session that ended."""
    now = time.time()
    for seconds in (1, 60, 3600, 86_400):
        used_at = now - IDLE_SECONDS - seconds
        yield (
            f"unused for {seconds} s too long",
            encrypt_cookie(target, target.north.token, used_at=used_at),
        )
        expired = target.sign_token({"exp": int(now) - seconds})
        yield f"a token that expired {seconds} s ago", encrypt_cookie(target, expired, used_at=now)


def encrypt_cookie(target: Target, token: str, *, used_at: float) -> str:
    """A session cookie as the page builds it."""
    return page_cookie.encrypt_cookie(target.data, {"seen": used_at, "data": {"token": token}})


def _try_names(target: Target) -> Iterator[Try]:
    cookie = target.north.session.cookie
    for name in _NAMES:
        for text in (f"{name}={cookie}", f"{name}={cookie}; {SESSION_COOKIE}="):
            yield from _try_pages(target, NAMES, text[:30], {"Cookie": text})
    for header in ("Cookie2", "X-Cookie", "Set-Cookie"):
        headers = {header: f"{SESSION_COOKIE}={cookie}"}
        yield from _try_pages(target, NAMES, f"the header {header}", headers)


def _find_attribute(target: Target, page: str, name: str) -> str:
    """Each cookie has its attributes, whether or not it holds anything secret."""
    answer = target.send(Request(target=page))
    full_name = SESSION_COOKIE if name == "session" else VISITOR_COOKIE
    cookies = [text for text in _cookies(answer) if text.startswith(f"{full_name}=")]
    for cookie in cookies:
        if missing := set(_ATTRIBUTES) - set(cookie.split("; ")):
            return f"{full_name} lacks {missing}"
        if "domain=" in cookie.lower() or len(cookie) > 4096:
            return f"{full_name} is for other hosts, or too long"
    has_none = name == "sid" and not cookies
    return f"{page} sets no {full_name}" if has_none else ""


def _cookies(answer: Answer) -> list[str]:
    return [str(text) for text in answer.headers.get_all("Set-Cookie") or ()]


def _find_fixation(target: Target) -> str:
    browser = Browser(target.system.url)
    callback = browser.fill_login(target.north.email)
    before = browser.cookies[SESSION_COOKIE]
    browser.get(callback)
    if browser.cookies[SESSION_COOKIE] == before:
        return "the login keeps the cookie"
    headers = {"Cookie": f"{SESSION_COOKIE}={before}"}
    return _find_session(target, Request(target="/worklist", headers=headers))
