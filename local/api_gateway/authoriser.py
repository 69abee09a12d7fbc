"""Verifies tokens as API Gateway's Cognito authoriser does."""

import time
from collections.abc import Mapping
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

# Cognito signs with this algorithm only. Without the limit, a token could choose a weaker one.
_ALGORITHMS = ["RS256"]
_KEYS_SECONDS = 5.0


class UnauthorisedError(Exception):
    """There is no token, or it is not valid; the message says why, for the log."""


def fetch_keys(url: str) -> KeySet:
    """Fetches the public keys of the user pool. Raises requests.RequestException."""
    response = requests.get(url, timeout=_KEYS_SECONDS)
    response.raise_for_status()
    return KeySet.import_key_set(response.json())


class Authoriser:
    """The keys never change during a run: the data folder holds the signing key."""

    def __init__(self, *, issuer: str, client_id: str, keys: KeySet) -> None:
        self._keys = keys
        self._rules = jwt.JWTClaimsRegistry(
            now=lambda: int(time.time()),
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            sub={"essential": True},
            token_use={"essential": True, "value": "id"},
        )

    def read_claims(self, authorization: str | None) -> Mapping[str, Any]:
        """Returns the claims of the token in an Authorization header. Raises UnauthorisedError."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise UnauthorisedError("there is no bearer token")
        try:
            claims = jwt.decode(token.strip(), self._keys, algorithms=_ALGORITHMS).claims
            self._rules.validate(claims)
        except (JoseError, ValueError) as error:
            raise UnauthorisedError(f"the token is refused: {error}") from error
        return claims
