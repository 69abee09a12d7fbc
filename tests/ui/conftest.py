"""The page over a recorded API, and a doctor who is logged in with a token as Cognito signs it."""

import time
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from joserfc import jwt
from joserfc.jwk import RSAKey

from contracts.cookies import VISITOR_COOKIE
from tests.conftest import Golden
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.application import create_app
from ui.auth.session_keys import SessionKeys, derive_session_keys
from ui.auth.sessions import SESSION_COOKIE, CookieSessions, Session
from ui.settings import Settings

RADIOGRAPH = "mzxw6ytboi4dsnrsgm2tinzxge"
# The fields of a radiograph that has no answer, over the golden ones.
UNANSWERED = {
    "answer": None,
    "rendition_url": None,
    "thumbnail_url": None,
    "attention_url": None,
    "has_arrived": False,
}
PAGE = f"/radiographs/{RADIOGRAPH}"
SUBJECT = "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11"
PAGE_KEY = "the page's own key"
SignToken = Callable[..., str]


class Pages:
    """Pages that show one radiograph of the API, whose fields a test may change."""

    def __init__(self, api: RecordedApi, doctor: FlaskClient, golden: Golden) -> None:
        self.fields: dict[str, Any] = golden("radiograph.json")
        self._api, self._doctor = api, doctor

    def load(self, address: str, **changes: Any) -> str:
        """The text of a page, without entities and with single spaces."""
        self.fields |= changes
        worklist = {"radiographs": [self.fields], "cursor": None, "complete": True}
        self._api.respond(f"GET /v1{PAGE}", RecordedResponse(body=self.fields))
        self._api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
        response = self._doctor.get(address)
        assert response.status_code == 200
        return " ".join(unescape(response.text).split())

    def load_answered(self, address: str, **changes: Any) -> str:
        return self.load(address, answer=self.fields["answer"] | changes)

    def load_unanswered(self, address: str, **changes: Any) -> str:
        urls = {"rendition_url": None, "thumbnail_url": None, "attention_url": None}
        return self.load(address, answer=None, has_arrived=False, **urls, **changes)


@pytest.fixture(scope="session")
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "A7bK9sQ2xY5wVzR0uT4pLmN8oHgFdEcJ3iB6kXvZqWs="})


@pytest.fixture
def sign_token(signing_key: RSAKey, settings: Settings) -> SignToken:
    """Signs an ID token with the claims and the size that Cognito gives it."""

    def sign(**changes: Any) -> str:
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
        payload = {name: value for name, value in claims.items() if value is not None}
        header = {"kid": signing_key.kid, "alg": "RS256"}
        return jwt.encode(header, payload, signing_key, algorithms=["RS256"])

    return sign


@pytest.fixture
def api() -> Iterator[RecordedApi]:
    server = RecordedApi()
    yield server
    server.close()


@pytest.fixture
def settings(api: RecordedApi) -> Settings:
    return Settings(
        public_url=api.url,
        images_origin="https://pictures.example",
        issuer=f"{api.url}/pool",
        login_url=f"{api.url}/login-domain",
        client_id="6s2v1q8k0c3p5d7f9h1j3l5n7b",
        session_secret_arn="arn:aws:secretsmanager:us-east-1:000000000000:secret:session",
        page_key_arn="arn:aws:secretsmanager:us-east-1:000000000000:secret:page",
    )


@pytest.fixture
def keys() -> SessionKeys:
    return derive_session_keys("a secret that the tests share")


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """The templates as Jinja compiles them, which each new application would do again."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    settings: Settings,
    keys: SessionKeys,
    api: RecordedApi,
    golden: Golden,
    compiled_templates: BytecodeCache,
) -> Flask:
    api.respond("GET /v1/session", RecordedResponse(status=204, body=b""))
    api.respond("POST /v1/session", RecordedResponse(status=204, body=b""))
    api.respond("POST /v1/logout", RecordedResponse(status=204, body=b""))
    api.respond("GET /v1/model", RecordedResponse(body={"model_version": "default-0123abcd"}))
    api.respond("GET /v1/radiographs", RecordedResponse(body=golden("worklist.json")))
    app = create_app(settings, keys, page_key=PAGE_KEY)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    """A browser that has been here before; nobody is logged in."""
    return with_visitor_cookie(app.test_client())


@pytest.fixture
def doctor(app: Flask, sign_token: SignToken, keys: SessionKeys) -> FlaskClient:
    client = with_visitor_cookie(app.test_client())
    log_in(client, {"token": sign_token()}, keys)
    return client


@pytest.fixture
def site_administrator(app: Flask, sign_token: SignToken, keys: SessionKeys) -> FlaskClient:
    client = with_visitor_cookie(app.test_client())
    token = sign_token(**{"cognito:groups": ["siteNorth", "administrator"]})
    log_in(client, {"token": token}, keys)
    return client


@pytest.fixture
def pages(api: RecordedApi, doctor: FlaskClient, golden: Golden) -> Pages:
    return Pages(api, doctor, golden)


def with_visitor_cookie(client: FlaskClient) -> FlaskClient:
    client.set_cookie(VISITOR_COOKIE, "a-browser")
    return client


def log_in(
    client: FlaskClient,
    data: dict[str, Any],
    keys: SessionKeys,
    *,
    last_used_at: float | None = None,
) -> None:
    """Stores a session with `data` in the browser, last used at `last_used_at` (default: now)."""
    sessions = CookieSessions(keys.cookie)
    response = client.application.response_class()
    session = Session(data)
    session.modified, session.is_interactive = True, last_used_at is None
    session.last_used_at = last_used_at or 0.0
    sessions.save_session(client.application, session, response)
    header = response.headers["Set-Cookie"]
    client.set_cookie(SESSION_COOKIE, header.partition("=")[2].partition(";")[0])


def read_form_token(client: FlaskClient) -> str:
    page = client.get("/").text
    return page.partition('"X-CSRFToken": "')[2].partition('"')[0]
