"""Tokens that the user pool did not sign, or that it signed for something else."""

import json
import random
import time
from collections.abc import Iterator, Mapping

from reliability.attack.forged_tokens import change_algorithms, change_keys
from reliability.attack.json_tokens import encode_json, flip_bit
from reliability.attack.target import Target, bearer
from reliability.attack.tries import Attack, Try
from reliability.http_requests import Request

CHANGES = Attack(item="API2, 9.1.1", title="tokens with a change, a part less or a part more")
ALGORITHMS = Attack(item="API2, 9.1.2", title="tokens without signature or of another algorithm")
KEYS = Attack(item="API2, 9.1.3", title="tokens that name or bring their own key")
TIMES = Attack(item="API2, 9.2.1", title="tokens that are expired or not yet valid")
PURPOSES = Attack(item="API2, 9.2.2, 9.2.3", title="tokens for another purpose, client or pool")
PLACES = Attack(item="API2, 14.2.1", title="a valid token in another place than its header")

ROUTES = (
    Request(target="/v1/session"),
    Request(target="/v1/radiographs"),
    Request(target="/v1/model"),
    Request(method="POST", target="/v1/logout"),
)
# 400: the head of the request is refused before its token is read.
_REFUSED = (400, 401)
_FLIPS_OF_A_PART = 100
_MINUTE = 60
# A token from the past or the future, in seconds.
_AGES = (1, _MINUTE, 3600, 24 * 3600, 10 * 365 * 24 * 3600)
_EMPTY_TOKENS = ("", "Bearer", "Bearer ", "Bearer null", "Bearer a.b.c", "Bearer ..", "Basic ZDp4")
_HEADERS = (
    "X-Amz-Security-Token",
    "X-Forwarded-Authorization",
    "X-Original-Authorization",
    "X-Api-Key",
    "X-Id-Token",
    "X-Access-Token",
    "Proxy-Authorization",
    "Authorisation",
)
_QUERY_NAMES = ("access_token", "id_token", "token", "Authorization", "authorization", "jwt")
_SCHEMES = ("", "Basic ", "Token ", "JWT ", "Digest ", "Negotiate ", "DPoP ", "Bearer,", "Bearer:")


def build_tries(target: Target, generator: random.Random) -> Iterator[Try]:
    yield from _try_tokens(target, CHANGES, dict(_change_token(target, generator)))
    yield from _try_tokens(target, ALGORITHMS, dict(change_algorithms(target)))
    yield from _try_tokens(target, KEYS, dict(change_keys(target)))
    yield from _try_tokens(target, TIMES, dict(_change_times(target)))
    yield from _try_tokens(target, PURPOSES, dict(_change_purposes(target)))
    yield from _try_places(target)


def _try_tokens(target: Target, attack: Attack, tokens: Mapping[str, str]) -> Iterator[Try]:
    for name, token in tokens.items():
        yield from _try_headers(target, attack, name, bearer(token))


def _try_headers(
    target: Target, attack: Attack, name: str, headers: Mapping[str, str]
) -> Iterator[Try]:
    for route in ROUTES:
        request = Request(method=route.method, target=route.target, headers=headers)
        label = f"{name} to {route.method} {route.target}"
        yield attack.build_try(label, target.find_break, request, _REFUSED)


def _change_token(target: Target, generator: random.Random) -> Iterator[tuple[str, str]]:
    token = target.north.token
    head, body, signature = token.split(".")
    for part, name in enumerate(("header", "claims", "signature")):
        for number in range(_FLIPS_OF_A_PART):
            yield f"a bit of the {name}, {number}", flip_bit(token, part, generator=generator)
    for changes in ({"cognito:groups": ["siteSouth", "doctor"]}, {"sub": "another"}):
        forged = encode_json(target.build_claims(changes))
        yield f"the claims {changes}", f"{head}.{forged}.{signature}"
    southern = target.south.token.split(".")
    yield "the claims of another token", f"{head}.{southern[1]}.{signature}"
    yield "the signature of another token", f"{head}.{body}.{southern[2]}"
    yield "no signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield "four parts", f"{token}.{signature}"
    yield "the token twice", f"{token}.{token}"
    yield "the token twice with a comma", f"{token},{token}"
    yield "a zero byte within", f"{head}.\0{body}.{signature}"
    yield "a space within", f"{head}. {body}.{signature}"
    yield "a JSON form", json.dumps({"protected": head, "payload": body, "signature": signature})
    yield "60 kB of text", "a" * 60_000
    for length in (1, len(signature) // 2, len(signature) - 2):
        yield f"a signature of {length} letters", f"{head}.{body}.{signature[:length]}"


def _change_times(target: Target) -> Iterator[tuple[str, str]]:
    now = int(time.time())
    for seconds in _AGES:
        yield f"expired {seconds} s ago", target.sign_token({"exp": now - seconds})
        # Not below a minute: clocks differ.
        yield f"valid in {_MINUTE + seconds} s", target.sign_token({"nbf": now + _MINUTE + seconds})
        yield (
            f"issued in {_MINUTE + seconds} s",
            target.sign_token({"iat": now + _MINUTE + seconds}),
        )
    values: tuple[object, ...] = (None, "", "never", 0, -1, [], {}, True)
    for value in values:
        yield f"exp {value!r}", target.sign_token({"exp": value})


def _change_purposes(target: Target) -> Iterator[tuple[str, str]]:
    issuer = target.system.issuer
    claims: Mapping[str, tuple[object, ...]] = {
        "aud": (None, "", "another-client", ["another"], {}, 1),
        "iss": (None, "", issuer + "2", issuer + "/", issuer.upper(), "https://evil.example", 1),
        "token_use": (None, "", "access", "refresh", "ID", ["access"]),
        "sub": (None,),
    }
    for name, values in claims.items():
        for value in values:
            yield f"{name} {value!r}", target.sign_token({name: value})


def _try_places(target: Target) -> Iterator[Try]:
    token = target.north.token
    for name in _HEADERS:
        for value in (token, f"Bearer {token}"):
            yield from _try_headers(target, PLACES, f"{name}: {value[:6]}...", {name: value})
    for scheme in _SCHEMES:
        headers = {"Authorization": f"{scheme}{token}"}
        yield from _try_headers(target, PLACES, f"the scheme {scheme!r}", headers)
    for value in _EMPTY_TOKENS:
        yield from _try_headers(target, PLACES, repr(value), {"Authorization": value})
    for name in _QUERY_NAMES:
        for route in ROUTES:
            address = f"{route.target}?{name}={token}"
            request = Request(method=route.method, target=address)
            label = f"?{name} to {route.method} {route.target}"
            yield PLACES.build_try(label, target.find_break, request, _REFUSED)
        yield from _try_headers(target, PLACES, f"the cookie {name}", {"Cookie": f"{name}={token}"})
    cookies = target.north.session.headers()
    yield from _try_headers(target, PLACES, "the page's cookie", cookies)
