"""The authoriser accepts only valid ID tokens of the user pool."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from local.api_gateway.authoriser import Authoriser, UnauthorisedError

ISSUER, CLIENT = "http://localhost:8002/local_pool", "the-page"
KEY = RSAKey.generate_key(2048, {"kid": "pool", "alg": "RS256", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "pool", "alg": "RS256", "use": "sig"})


def build_claims(**changes: Any) -> dict[str, Any]:
    fields = {
        "iss": ISSUER,
        "aud": CLIENT,
        "exp": int(time.time()) + 60,
        "sub": "a-doctor",
        "token_use": "id",
        "cognito:groups": ["siteNorth", "doctor"],
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def sign_token(claims: Mapping[str, Any], key: RSAKey = KEY, kid: str = "pool") -> str:
    return "Bearer " + jwt.encode({"alg": "RS256", "kid": kid}, dict(claims), key)


@pytest.fixture
def authoriser() -> Authoriser:
    public = RSAKey.import_key(KEY.as_dict(private=False))
    return Authoriser(issuer=ISSUER, client_id=CLIENT, keys=KeySet([public]))


def test_a_token_of_the_pool_opens(authoriser: Authoriser) -> None:
    assert authoriser.read_claims(sign_token(build_claims()))["cognito:groups"] == [
        "siteNorth",
        "doctor",
    ]


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic ZG9jdG9yOng=", "Bearer a.b.c"],
)
def test_no_token_opens_nothing(authoriser: Authoriser, authorization: str | None) -> None:
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(authorization)


@pytest.mark.parametrize(
    "changes",
    [
        # The time is not in its name, by which the workers of a run agree on the tests.
        pytest.param({"exp": int(time.time()) - 1}, id="exp:a second ago"),
        {"exp": None},
        {"aud": "another-client"},
        {"aud": None},
        {"iss": "http://localhost:8002/another_pool"},
        {"token_use": "access"},
        {"token_use": None},
        {"sub": None},
    ],
    ids=lambda changes: "-".join(f"{name}:{str(value)[:7]}" for name, value in changes.items()),
)
def test_a_token_made_for_something_else_is_refused(
    authoriser: Authoriser, changes: dict[str, Any]
) -> None:
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(sign_token(build_claims(**changes)))


def test_a_token_signed_with_another_key_is_refused(authoriser: Authoriser) -> None:
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(sign_token(build_claims(), key=OTHER_KEY))


@pytest.mark.parametrize("kid", ["", "another", "../pool", "' or 1=1"])
def test_a_token_that_names_another_key_is_refused(authoriser: Authoriser, kid: str) -> None:
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(sign_token(build_claims(), kid=kid))


def test_a_token_that_brings_its_own_key_is_refused(authoriser: Authoriser) -> None:
    head = {"alg": "RS256", "kid": "pool", "jwk": OTHER_KEY.as_dict(private=False)}
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims("Bearer " + jwt.encode(head, build_claims(), OTHER_KEY))


def test_a_changed_token_is_refused(authoriser: Authoriser) -> None:
    head, _, signature = sign_token(build_claims()).split(".")
    _, body, _ = sign_token(build_claims(sub="another"), key=OTHER_KEY).split(".")
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(f"{head}.{body}.{signature}")


def test_an_unsigned_token_is_refused(authoriser: Authoriser) -> None:
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(build_token("none", lambda message: b""))


def test_the_public_key_is_no_secret_to_sign_with(authoriser: Authoriser) -> None:
    secret = KEY.as_pem(private=False)
    with pytest.raises(UnauthorisedError):
        authoriser.read_claims(
            build_token("HS256", lambda text: hmac.digest(secret, text, "sha256"))
        )


def build_token(algorithm: str, signer: Callable[[bytes], bytes]) -> str:
    """Builds a token that a JWT library refuses to build."""
    parts = [{"alg": algorithm, "kid": "pool"}, build_claims()]
    message = b".".join(encode_base64url(json.dumps(part).encode()) for part in parts)
    return f"Bearer {(message + b'.' + encode_base64url(signer(message))).decode()}"


def encode_base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
