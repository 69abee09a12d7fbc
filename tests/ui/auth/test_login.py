"""Login by OpenID Connect, against a token endpoint that makes the same checks as Cognito."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from tests.ui.auth.login_domain import LoginDomain, complete_login
from tests.ui.conftest import SignToken, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.sessions import SESSION_COOKIE
from ui.settings import Settings


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
    # The login has a session of its own, by which anybody at an idle screen could log in.
    assert query["prompt"] == "login"


def test_after_the_login_the_doctor_is_back_where_they_were(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    login.token = sign_token()
    response = complete_login(visitor, login, next_page="/worklist%3Ffilter%3Dto_review")
    assert response.headers["Location"] == "/worklist?filter=to_review"
    assert "a.long.doctors.name@university-hospital.example" in visitor.get("/").text


def test_requests_that_follow_a_login_together_get_one_form_token(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    login.token = sign_token()
    complete_login(visitor, login)
    cookie = visitor.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    first = visitor.get("/login/session").json
    assert first is not None
    # The second request has left before the first one's response came.
    visitor.set_cookie(SESSION_COOKIE, cookie.value)
    visitor.get("/login/session")
    posted = visitor.post("/logout", data={"csrf_token": first["form_token"]})
    assert posted.status_code == 302


def test_only_the_id_token_is_kept(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    login.token = sign_token()
    complete_login(visitor, login)
    with visitor.session_transaction() as session:
        assert set(session) == {"token", "began_at", "csrf_token"}
        assert session["token"] == login.token


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_login_leads_nowhere_else(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken, address: str
) -> None:
    login.token = sign_token()
    assert complete_login(visitor, login, next_page=address).headers["Location"] == "/"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"exp": int(time.time()) - 600},
        {"nonce": "another login's"},
    ],
)
def test_a_token_that_is_not_for_us_logs_nobody_in(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken, claims: dict[str, Any]
) -> None:
    login.token = sign_token(**claims)
    response = complete_login(visitor, login)
    assert response.status_code == 400
    assert "The login was not finished" in response.text
    assert visitor.get("/").status_code == 302


def test_a_token_of_another_key_logs_nobody_in(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken, api: RecordedApi
) -> None:
    other = RSAKey.generate_key(2048, {"kid": "other"})
    api.respond(
        "GET /pool/.well-known/jwks.json", RecordedResponse(body={"keys": [other.as_dict(False)]})
    )
    login.token = sign_token()
    assert complete_login(visitor, login).status_code == 400


def test_a_callback_that_this_browser_did_not_begin_logs_nobody_in(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    login.token = sign_token()
    response = visitor.get("/login/callback?code=the-code&state=made-up")
    assert response.status_code == 400
    assert visitor.get("/").status_code == 302


def test_a_refused_login_says_what_to_do(visitor: FlaskClient, login: LoginDomain) -> None:
    response = visitor.get("/login/callback?error=access_denied&error_description=<b>no</b>")
    assert response.status_code == 400
    assert "Log in again" in response.text
    assert "<b>no</b>" not in response.text


def test_the_login_domain_away_is_a_page_that_helps(
    visitor: FlaskClient, login: LoginDomain, api: RecordedApi
) -> None:
    api.respond("POST /login-domain/oauth2/token", RecordedResponse(status=503, body=b"busy"))
    assert "The login was not finished" in complete_login(visitor, login).text


def test_an_account_without_site_or_role_is_told_what_to_ask_for(
    visitor: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    login.token = sign_token(**{"cognito:groups": ["siteNorth"]})
    response = complete_login(visitor, login)
    assert response.status_code == 403
    assert "Ask your administrator" in response.text
    assert visitor.get("/").status_code == 302


def test_logging_out_ends_both_sessions(doctor: FlaskClient, settings: Settings) -> None:
    response = doctor.post("/logout", data={"csrf_token": read_form_token(doctor)})
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert response.headers["Location"].startswith(f"{settings.login_url}/logout?")
    assert query == {"client_id": [settings.client_id], "logout_uri": [f"{settings.public_url}/"]}
    assert doctor.get("/").headers["Location"] == "/login?next=/"


def test_the_api_refuses_the_token_after_a_logout(doctor: FlaskClient, api: RecordedApi) -> None:
    doctor.post("/logout", data={"csrf_token": read_form_token(doctor)})
    [logout] = [request for request in api.requests if request.path == "/v1/logout"]
    assert logout.headers["authorization"].startswith("Bearer ")


def test_the_browser_is_logged_out_where_the_api_does_not_answer(
    doctor: FlaskClient, api: RecordedApi
) -> None:
    api.respond("POST /v1/logout", RecordedResponse(status=503, body={}))
    doctor.post("/logout", data={"csrf_token": read_form_token(doctor)})
    assert doctor.get("/").headers["Location"] == "/login?next=/"


@pytest.mark.parametrize("address", ["/", "/worklist"])
def test_a_copied_cookie_is_refused_after_the_logout(
    doctor: FlaskClient, api: RecordedApi, address: str
) -> None:
    for route in ("GET /v1/session", "GET /v1/radiographs"):
        api.respond(route, RecordedResponse(status=401, body={"detail": "Log in."}))
    assert doctor.get(address).headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_upload_page_is_shown_where_the_api_does_not_answer(
    doctor: FlaskClient, api: RecordedApi, status: int
) -> None:
    api.respond("GET /v1/session", RecordedResponse(status=status, body={}))
    assert doctor.get("/").status_code == 200


def test_work_begins_with_what_is_to_review(visitor: FlaskClient) -> None:
    """The address of the site leads there; who was logged out at the upload page returns to it."""
    landing = "/worklist?filter%3Dto_review"
    for address in ("/login", "/login?next=/"):
        assert f'href="/login/start?next={landing}"' in visitor.get(address).text
    assert 'href="/login/start?next=/"' in visitor.get("/login?next=/&expired=idle").text


def test_who_is_logged_in_needs_no_second_login(doctor: FlaskClient) -> None:
    assert doctor.get("/login?next=/worklist").headers["Location"] == "/worklist"


def test_a_login_is_recorded_and_counts_where_it_cannot_be(
    visitor: FlaskClient, login: LoginDomain, api: RecordedApi, sign_token: SignToken
) -> None:
    login.token = sign_token()

    def count() -> int:
        return [(each.method, each.path) for each in api.requests].count(("POST", "/v1/session"))

    complete_login(visitor, login)
    assert count() == 1
    api.respond("POST /v1/session", RecordedResponse(status=503, body={}))
    response = complete_login(visitor, login)
    assert response.status_code == 302
    assert count() > 1
    assert visitor.get("/worklist").status_code == 200
