"""A session whose token is old, and the steps of its renewal."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.ui.auth.login_domain import LoginDomain
from tests.ui.conftest import SignToken, log_in
from ui.auth.session_keys import SessionKeys

NAVIGATION = {"Sec-Fetch-Mode": "navigate"}
REQUIRED = "error=login_required"


def put_session(
    client: FlaskClient,
    keys: SessionKeys,
    sign_token: SignToken,
    *,
    age: int,
    last_used_at: float | None = None,
    **changes: Any,
) -> str:
    """Stores a session whose token is `age` seconds old and lives for an hour."""
    now = int(time.time())
    token = sign_token(iat=now - age, exp=now - age + 3600, jti=f"old-{age}")
    data = {"token": token, "began_at": now - age, **changes}
    log_in(client, data, keys, last_used_at=last_used_at)
    return token


def is_renewal(response: TestResponse) -> bool:
    address = response.headers.get("Location", "")
    return "/oauth2/authorize?" in address and "prompt=none" in address


def complete_renewal(client: FlaskClient, login: LoginDomain, start: TestResponse) -> TestResponse:
    state = login.authorize(start.headers["Location"])["state"]
    return client.get(f"/login/callback?code=the-code&state={state}")


def fail_renewal(client: FlaskClient, start: TestResponse, query: str = REQUIRED) -> TestResponse:
    [state] = parse_qs(urlsplit(start.headers["Location"]).query)["state"]
    return client.get(f"/login/callback?{query}&state={state}")
