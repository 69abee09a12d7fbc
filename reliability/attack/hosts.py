"""Other host names and line ends in values that become headers."""

import random
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlsplit

from reliability.attack.redirects import find_departure
from reliability.attack.target import Target
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request

HOSTS = Attack(item="4.1.3", title="other host names in headers")
INJECTION = Attack(item="1.2.1, 4.2.4", title="line ends in values that become headers")

_EVIL = "evil.example"
_LINE_ENDS = ("\r\n", "\n", "\r", "\u010a\u010d", "%0d%0a", "\\r\\n")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    doctor = target.north.session.headers()
    yield from _try_hosts(target, doctor)
    yield from _try_line_ends(target, doctor)


def _try_hosts(target: Target, doctor: Mapping[str, str]) -> Iterator[Try]:
    own = urlsplit(target.system.url).netloc
    names = (
        _EVIL,
        f"{own}.{_EVIL}",
        f"{_EVIL}:80",
        f"{own}@{_EVIL}",
        f"{_EVIL}/{own}",
        "",
        "[::1]",
    )
    for name in names:
        for path in ("/", "/worklist", "/login", "/v1/session", "/no-such-page"):
            request = Request(target=path, headers={**doctor, "Host": name})
            yield HOSTS.build_try(f"{name!r} to {path}", target.find_break, request, (400, 403))
    headers = ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Server", "X-Original-URL")
    for header in (*headers, "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Proto"):
        for path in ("/worklist", "/login/start", "/"):
            value = f"host={_EVIL}" if header == "Forwarded" else _EVIL
            request = Request(target=path, headers={header: value})
            yield HOSTS.build_try(f"{header} to {path}", _find_host, target, request)


def _find_host(target: Target, request: Request) -> str:
    answer = target.send(request)
    if _EVIL in answer.text or _EVIL in str(answer.headers):
        return "the answer has the name"
    return find_departure(target, answer)


def _try_line_ends(target: Target, doctor: Mapping[str, str]) -> Iterator[Try]:
    for end in _LINE_ENDS:
        value = quote(f"/worklist{end}X-Injected: 1{end}Set-Cookie: injected=1", safe="")
        for path in ("/login?next=", "/login/start?next=", "/worklist?filter=", "/", "/v1/"):
            for name, headers in {"the doctor": doctor, "a visitor": dict[str, str]()}.items():
                request = Request(target=path + value, headers=headers)
                label = f"{end!r} in {path} by {name}"
                yield INJECTION.build_try(label, _find_injection, target, request)


def _find_injection(target: Target, request: Request) -> str:
    answer = target.send(request)
    cookies = answer.headers.get_all("Set-Cookie") or ()
    if "X-Injected" in answer.headers or any("injected=" in str(cookie)[:9] for cookie in cookies):
        return "the answer has the header"
    return f"status {answer.status}" if answer.status >= 500 else ""
