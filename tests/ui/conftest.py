"""The page over a recorded API, with a doctor who is logged in by a token signed like Cognito's."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey

from contracts.cookies import VISITOR_COOKIE
from tests.ui.recorded import Given, Recorded
from ui.application import create_app
from ui.auth.session_keys import SessionKeys, keys_of
from ui.auth.sessions import COOKIE, CookieSessions, Session
from ui.settings import Settings

RADIOGRAPH = "mzxw6ytboi4dsnrsgm2tinzxge"
SUBJECT = "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11"
Sign = Callable[..., str]


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "A7bK9sQ2xY5wVzR0uT4pLmN8oHgFdEcJ3iB6kXvZqWs="})


@pytest.fixture
def sign(signing_key: RSAKey, settings: Settings) -> Sign:
    """An ID token with the claims and the size that Cognito gives it."""

    def signed(**changes: Any) -> str:
        now = int(time.time())
        claims = {
            "sub": SUBJECT,
            "cognito:groups": ["siteNorth", "doctor"],
            "email_verified": True,
            "iss": settings.issuer,
            "cognito:username": SUBJECT,
            "origin_jti": "0b5d9a53-2f0b-4d43-9c11-6c1a8f1f5a77",
            "aud": settings.client_id,
            "event_id": "7b1a4a0e-3d63-4f7f-8f5e-0f5bb1d3d0c2",
            "token_use": "id",
            "auth_time": now,
            "exp": now + 3600,
            "iat": now,
            "jti": "9d3f7a40-64bb-4f0e-a6ce-5b1f0a1d8c55",
            "email": "a.long.doctors.name@university-hospital.example",
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {"kid": signing_key.kid, "alg": "RS256"}
        return jwt.encode(header, kept, signing_key, algorithms=["RS256"])

    return signed


@pytest.fixture
def api() -> Iterator[Recorded]:
    recorded = Recorded()
    yield recorded
    recorded.close()


@pytest.fixture
def settings(api: Recorded) -> Settings:
    return Settings(
        public_url=api.url,
        images_origin="https://pictures.example",
        issuer=f"{api.url}/pool",
        login_url=f"{api.url}/login-domain",
        client_id="6s2v1q8k0c3p5d7f9h1j3l5n7b",
        session_secret_arn="arn:aws:secretsmanager:us-east-1:000000000000:secret:session",
    )


@pytest.fixture
def keys() -> SessionKeys:
    return keys_of("a secret that the tests share")


@pytest.fixture
def app(settings: Settings, keys: SessionKeys, api: Recorded, golden: Any) -> Flask:
    api.give("GET /v1/model", Given(body={"model_version": "default-0123abcd"}))
    api.give("GET /v1/radiographs", Given(body=golden("worklist.json")))
    return create_app(settings, keys)


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """Nobody is logged in; the browser has been here before."""
    return known(app.test_client())


@pytest.fixture
def doctor(app: Flask, sign: Sign, keys: SessionKeys) -> FlaskClient:
    client = known(app.test_client())
    log_in(client, {"token": sign()}, keys)
    return client


def known(client: FlaskClient) -> FlaskClient:
    """A browser that the firewall can tell from others."""
    client.set_cookie(VISITOR_COOKIE, "a-browser")
    return client


def log_in(
    client: FlaskClient, kept: dict[str, Any], keys: SessionKeys, *, seen: float | None = None
) -> None:
    """Gives the browser a session as it was `seen` (now, unless said)."""
    sessions = CookieSessions(keys.cookie)
    response = client.application.response_class()
    session = Session(kept)
    session.modified, session.in_use, session.seen = True, seen is None, seen or 0.0
    sessions.save_session(client.application, session, response)
    client.set_cookie(COOKIE, response.headers["Set-Cookie"].partition("=")[2].partition(";")[0])


def form_token(client: FlaskClient) -> str:
    page = client.get("/").text
    return page.partition('"X-CSRFToken": "')[2].partition('"')[0]
