"""Who may call the API: what API Gateway's Cognito authoriser checks of a token."""

import time
from collections.abc import Mapping
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

# Cognito signs with nothing else; without this, a token could name its own way of being checked.
_ALGORITHMS = ["RS256"]
_KEYS_SECONDS = 5.0


class UnauthorisedError(Exception):
    """No token, or one that proves nothing here; the text says why, for the log."""


def fetch_keys(url: str) -> KeySet:
    """The keys that the pool signs with. Raises requests.RequestException."""
    answer = requests.get(url, timeout=_KEYS_SECONDS)
    answer.raise_for_status()
    return KeySet.import_key_set(answer.json())


class Authoriser:
    """`keys` are made once for a data folder, so they are never fetched again."""

    def __init__(self, *, issuer: str, client_id: str, keys: KeySet) -> None:
        self._keys = keys
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(time.time()),
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            sub={"essential": True},
            token_use={"essential": True, "value": "id"},
        )

    def claims(self, authorization: str | None) -> Mapping[str, Any]:
        """The claims of the token in an Authorization header. Raises UnauthorisedError."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnauthorisedError("there is no bearer token")
        try:
            claims = jwt.decode(token.strip(), self._keys, algorithms=_ALGORITHMS).claims
            self._claims.validate(claims)
        except (JoseError, ValueError) as error:
            raise UnauthorisedError(f"the token is refused: {error}") from error
        return claims
