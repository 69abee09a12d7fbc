"""Login by OpenID Connect, against a token endpoint that checks what Cognito checks."""

import base64
import hashlib
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from tests.ui.conftest import Sign, form_token
from tests.ui.recorded import Asked, Given, Recorded
from ui.settings import Settings


class LoginDomain:
    """Its token endpoint gives `token` for the code that its login page gave out, by PKCE."""

    def __init__(self, api: Recorded, key: RSAKey) -> None:
        self.token = ""
        self.challenge = ""
        api.give("GET /pool/.well-known/jwks.json", Given(body={"keys": [key.as_dict(False)]}))
        api.give("POST /login-domain/oauth2/token", self._exchange)

    def authorize(self, address: str) -> dict[str, str]:
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge = query["code_challenge"]
        return query

    def _exchange(self, asked: Asked) -> Given:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if form["code"] != "the-code" or "client_secret" in form or not proved:
            return Given(status=400, body={"error": "invalid_grant"})
        tokens = {"id_token": self.token, "access_token": "a", "refresh_token": "r"}
        return Given(body={**tokens, "token_type": "Bearer", "expires_in": 3600})


@pytest.fixture
def login(api: Recorded, signing_key: RSAKey) -> LoginDomain:
    return LoginDomain(api, signing_key)


def come_back(visitor: FlaskClient, login: LoginDomain, after: str = "/") -> Any:
    started = visitor.get(f"/login/start?next={after}")
    query = login.authorize(started.headers["Location"])
    return visitor.get(f"/login/callback?code=the-code&state={query['state']}")


def test_the_login_asks_for_an_id_token_by_code_and_pkce(
    visitor: FlaskClient, login: LoginDomain, settings: Settings
) -> None:
    address = visitor.get("/login/start").headers["Location"]
    query = login.authorize(address)
    assert address.startswith(f"{settings.login_url}/oauth2/authorize?")
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert query["scope"] == "openid email"
    assert query["redirect_uri"] == f"{settings.public_url}/login/callback"


def test_after_the_login_the_doctor_is_back_where_they_were(
    visitor: FlaskClient, login: LoginDomain, sign: Sign
) -> None:
    login.token = sign()
    back = come_back(visitor, login, after="/worklist%3Ffilter%3Dto_review")
    assert back.headers["Location"] == "/worklist?filter=to_review"
    assert "a.long.doctors.name@university-hospital.example" in visitor.get("/").text


def test_only_the_id_token_is_kept(visitor: FlaskClient, login: LoginDomain, sign: Sign) -> None:
    login.token = sign()
    come_back(visitor, login)
    with visitor.session_transaction() as session:
        assert set(session) == {"token"}
        assert session["token"] == login.token


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_login_leads_nowhere_else(
    visitor: FlaskClient, login: LoginDomain, sign: Sign, elsewhere: str
) -> None:
    login.token = sign()
    assert come_back(visitor, login, after=elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"exp": int(time.time()) - 600},
        {"nonce": "another login's"},
    ],
)
def test_a_token_that_is_not_for_us_logs_nobody_in(
    visitor: FlaskClient, login: LoginDomain, sign: Sign, wrong: dict[str, Any]
) -> None:
    login.token = sign(**wrong)
    answer = come_back(visitor, login)
    assert answer.status_code == 400
    assert "The login was not finished" in answer.text
    assert visitor.get("/").status_code == 302


def test_a_token_of_another_key_logs_nobody_in(
    visitor: FlaskClient, login: LoginDomain, sign: Sign, api: Recorded
) -> None:
    other = RSAKey.generate_key(2048, {"kid": "other"})
    api.give("GET /pool/.well-known/jwks.json", Given(body={"keys": [other.as_dict(False)]}))
    login.token = sign()
    assert come_back(visitor, login).status_code == 400


def test_a_callback_that_this_browser_did_not_begin_logs_nobody_in(
    visitor: FlaskClient, login: LoginDomain, sign: Sign
) -> None:
    login.token = sign()
    answer = visitor.get("/login/callback?code=the-code&state=made-up")
    assert answer.status_code == 400
    assert visitor.get("/").status_code == 302


def test_a_refused_login_says_what_to_do(visitor: FlaskClient, login: LoginDomain) -> None:
    answer = visitor.get("/login/callback?error=access_denied&error_description=<b>no</b>")
    assert answer.status_code == 400
    assert "Log in again" in answer.text
    assert "<b>no</b>" not in answer.text


def test_the_login_domain_away_is_a_page_that_helps(
    visitor: FlaskClient, login: LoginDomain, api: Recorded
) -> None:
    api.give("POST /login-domain/oauth2/token", Given(status=503, body=b"busy"))
    assert "The login was not finished" in come_back(visitor, login).text


def test_an_account_without_site_or_role_is_told_what_to_ask_for(
    visitor: FlaskClient, login: LoginDomain, sign: Sign
) -> None:
    login.token = sign(**{"cognito:groups": ["siteNorth"]})
    answer = come_back(visitor, login)
    assert answer.status_code == 403
    assert "Ask your administrator" in answer.text
    assert visitor.get("/").status_code == 302


def test_logging_out_ends_both_sessions(doctor: FlaskClient, settings: Settings) -> None:
    answer = doctor.post("/logout", data={"csrf_token": form_token(doctor)})
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(f"{settings.login_url}/logout?")
    assert query == {"client_id": [settings.client_id], "logout_uri": [f"{settings.public_url}/"]}
    assert doctor.get("/").headers["Location"] == "/login?next=/"


def test_who_is_logged_in_needs_no_second_login(doctor: FlaskClient) -> None:
    assert doctor.get("/login?next=/worklist").headers["Location"] == "/worklist"
