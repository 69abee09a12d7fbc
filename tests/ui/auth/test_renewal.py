"""A token is renewed by a redirect without a form, for its user and within the 12 hours."""

import time
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ui.auth.login_domain import LoginDomain, complete_login
from tests.ui.auth.old_token import (
    NAVIGATION,
    REQUIRED,
    complete_renewal,
    fail_renewal,
    is_renewal,
    put_session,
)
from tests.ui.conftest import SignToken, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys
from ui.auth.sessions import IDLE_SECONDS, MAX_SECONDS


def test_a_page_renews_the_token_after_half_of_its_life_and_comes_back(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    form_token = read_form_token(worker)
    start = worker.get("/worklist?filter=uncertain", headers=NAVIGATION)
    assert is_renewal(start)
    login.token = sign_token()
    end = complete_renewal(worker, login, start)
    assert end.headers["Location"] == "/worklist?filter=uncertain"
    with worker.session_transaction() as session:
        assert session["token"] == login.token
    assert worker.get("/worklist", headers=NAVIGATION).status_code == 200
    # Forms of other windows go on.
    posted = worker.post("/logout", data={"csrf_token": form_token})
    assert "/login-domain/logout?" in posted.headers["Location"]


def test_a_token_that_has_expired_is_renewed_while_the_session_lasts(
    doctor: FlaskClient, login: LoginDomain, sign_token: SignToken, keys: SessionKeys
) -> None:
    put_session(doctor, keys, sign_token, age=3700)
    login.token = sign_token()
    start = doctor.get("/worklist", headers=NAVIGATION)
    assert complete_renewal(doctor, login, start).headers["Location"] == "/worklist"
    assert doctor.get("/worklist", headers=NAVIGATION).status_code == 200


@pytest.mark.parametrize("age", [60, 1700])
def test_a_young_token_is_not_renewed(
    doctor: FlaskClient, keys: SessionKeys, sign_token: SignToken, age: int
) -> None:
    put_session(doctor, keys, sign_token, age=age)
    assert doctor.get("/worklist", headers=NAVIGATION).status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Mode": "cors"}, {**NAVIGATION, "HX-Request": "true"}], ids=str
)
def test_only_a_page_is_redirected(worker: FlaskClient, headers: dict[str, str]) -> None:
    assert worker.get("/worklist", headers=headers).status_code == 200


def test_the_old_token_is_ended(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken, api: RecordedApi
) -> None:
    with worker.session_transaction() as session:
        old = session["token"]
    login.token = sign_token()
    complete_renewal(worker, login, worker.get("/worklist", headers=NAVIGATION))
    [logout] = [request for request in api.requests if request.path == "/v1/logout"]
    assert logout.headers["authorization"] == f"Bearer {old}"


def test_a_renewal_works_where_the_old_token_cannot_be_ended(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken, api: RecordedApi
) -> None:
    api.respond("POST /v1/logout", RecordedResponse(status=503, body={}))
    login.token = sign_token()
    complete_renewal(worker, login, worker.get("/worklist", headers=NAVIGATION))
    assert worker.get("/worklist", headers=NAVIGATION).status_code == 200


@pytest.mark.parametrize("query", [REQUIRED, "error=server_error", "code=refused"])
def test_a_renewal_that_fails_shows_the_page_and_rests(
    worker: FlaskClient, login: LoginDomain, query: str
) -> None:
    start = worker.get("/worklist", headers=NAVIGATION)
    assert fail_renewal(worker, start, query).headers["Location"] == "/worklist"
    assert worker.get("/worklist", headers=NAVIGATION).status_code == 200


def test_a_renewal_that_fails_after_the_token_leads_to_the_login(
    doctor: FlaskClient, keys: SessionKeys, sign_token: SignToken
) -> None:
    put_session(doctor, keys, sign_token, age=3700)
    fail_renewal(doctor, doctor.get("/worklist", headers=NAVIGATION))
    response = doctor.get("/worklist", headers=NAVIGATION)
    assert response.headers["Location"] == "/login?next=/worklist&expired=token"


def test_a_renewal_by_another_user_changes_nothing(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    with worker.session_transaction() as session:
        old = session["token"]
    login.token = sign_token(sub="somebody-else")
    complete_renewal(worker, login, worker.get("/worklist", headers=NAVIGATION))
    with worker.session_transaction() as session:
        assert session["token"] == old


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1}],
    ids=str,
)
def test_a_renewal_checks_the_token_as_a_login_does(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken, claims: dict[str, Any]
) -> None:
    login.token = sign_token(**claims)
    complete_renewal(worker, login, worker.get("/worklist", headers=NAVIGATION))
    with worker.session_transaction() as session:
        assert session["token"] != login.token


def test_a_renewal_that_this_browser_did_not_start_changes_nothing(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    login.token = sign_token()
    worker.get("/worklist", headers=NAVIGATION)
    worker.get("/login/callback?code=the-code&state=made-up")
    with worker.session_transaction() as session:
        assert session["token"] != login.token


def test_a_state_is_used_once(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken
) -> None:
    start = worker.get("/worklist", headers=NAVIGATION)
    fail_renewal(worker, start)
    login.token = sign_token()
    complete_renewal(worker, login, start)
    with worker.session_transaction() as session:
        assert session["token"] != login.token


def test_the_12_hours_go_on_through_a_renewal(
    doctor: FlaskClient, login: LoginDomain, keys: SessionKeys, sign_token: SignToken
) -> None:
    began_at = int(time.time()) - MAX_SECONDS + 60
    put_session(doctor, keys, sign_token, age=2400, began_at=began_at)
    login.token = sign_token()
    complete_renewal(doctor, login, doctor.get("/worklist", headers=NAVIGATION))
    with doctor.session_transaction() as session:
        assert (session["token"], session["began_at"]) == (login.token, began_at)


@pytest.mark.parametrize("address", ["/worklist", "/login/frame", "/login/window"])
@pytest.mark.parametrize("end", ["idle", "limit"])
def test_a_session_that_is_over_is_not_renewed(
    doctor: FlaskClient, keys: SessionKeys, sign_token: SignToken, address: str, end: str
) -> None:
    now = int(time.time())
    if end == "idle":
        put_session(doctor, keys, sign_token, age=900, last_used_at=now - IDLE_SECONDS - 1)
    else:
        put_session(doctor, keys, sign_token, age=900, began_at=now - MAX_SECONDS - 1)
    assert not is_renewal(doctor.get(address, headers=NAVIGATION))


def test_a_request_with_the_old_token_does_not_end_the_new_session(
    worker: FlaskClient, api: RecordedApi
) -> None:
    """It was sent by another window before the renewal, and is answered after it."""
    api.respond("GET /v1/radiographs", RecordedResponse(status=401, body={}))
    response = worker.get("/worklist")
    assert response.headers["Location"] == "/login?next=/worklist&expired=token"
    cookies = response.headers.getlist("Set-Cookie")
    assert not [cookie for cookie in cookies if cookie.startswith("__Host-session=;")]
    assert worker.get(response.headers["Location"]).headers["Location"] == "/worklist"


def test_a_token_that_the_api_refuses_ends_at_the_login_without_a_loop(
    worker: FlaskClient, api: RecordedApi
) -> None:
    for route in ("GET /v1/radiographs", "GET /v1/session"):
        api.respond(route, RecordedResponse(status=401, body={}))
    response = worker.get(worker.get("/worklist").headers["Location"])
    assert response.status_code == 200
    assert "Log in and you are back" in response.text
    assert "Log out" not in response.text


def test_a_new_login_begins_new_12_hours_and_ends_the_token_before_it(
    worker: FlaskClient, login: LoginDomain, sign_token: SignToken, api: RecordedApi
) -> None:
    login.token = sign_token()
    complete_login(worker, login)
    with worker.session_transaction() as session:
        assert time.time() - session["began_at"] < 60
    assert [request for request in api.requests if request.path == "/v1/logout"]
