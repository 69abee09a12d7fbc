"""Tokens and cookies that were copied before a logout, used after it."""

import json
import random
from collections.abc import Callable, Iterator
from functools import cache

from reliability.attack.access_rules import BODIES, RULES
from reliability.attack.cookies import PAGES
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request
from reliability.page_session import PageSession, log_in

COOKIES = Attack(item="7.4.1", title="a copied session cookie after the logout")
TOKENS = Attack(item="7.4.1", title="a copied token after the logout")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    ended_session, ended_token = cache(_end_session), cache(_end_token)
    for page in PAGES:
        if page != "/uploads":
            yield COOKIES.build_try(page, _find_page, target, page, ended_session)
    for method, path in RULES:
        name = f"{method} {path}"
        yield TOKENS.build_try(name, _find_token, target, (method, path), ended_token)


def _end_session(target: Target) -> PageSession:
    session = log_in(target.system.url, target.north.email)
    answer = target.send(session.build_post("/logout"))
    assert answer.status == 302, f"the logout answers {answer.status}"
    return session


def _end_token(target: Target) -> str:
    token = target.sign_token()
    answer = target.send(Request(method="POST", target="/v1/logout", headers=bearer(token)))
    assert answer.status == 204, f"the logout answers {answer.status}"
    return token


def _find_page(target: Target, page: str, end: Callable[[Target], PageSession]) -> str:
    address = page.replace("{radiograph}", target.north.radiograph)
    answer = target.send(Request(target=address, headers=end(target).headers()))
    is_refused = answer.status == 302 and answer.header("Location").startswith("/login?")
    return "" if is_refused else f"status {answer.status}"


def _find_token(target: Target, route: tuple[str, str], end: Callable[[Target], str]) -> str:
    method, path = route
    headers = {
        **bearer(end(target)),
        "Content-Type": "application/json",
        "Idempotency-Key": "ended",
    }
    body = json.dumps(BODIES[path]).encode() if path in BODIES and method == "POST" else b""
    address = path.replace("{radiograph}", target.north.radiograph)
    request = Request(method=method, target=address, headers=headers, body=body)
    return target.find_break(request, (401,))
