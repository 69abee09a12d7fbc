"""Session cookies are encrypted and small, and expire after 15 minutes without use, or 12 hours."""

import functools
import time

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH, SignToken, log_in
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys, derive_session_keys
from ui.auth.sessions import IDLE_SECONDS, MAX_SECONDS, SESSION_COOKIE


def read_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    return cookie.value


def test_the_cookie_is_kept_from_scripts_other_sites_and_other_hosts(visitor: FlaskClient) -> None:
    header = visitor.get("/login").headers["Set-Cookie"]
    assert header.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))
    assert "Domain" not in header


def test_nothing_of_the_session_is_readable(doctor: FlaskClient, sign_token: SignToken) -> None:
    header, _, signature = sign_token().split(".")
    assert header not in read_cookie(doctor)
    assert signature not in read_cookie(doctor)


def test_a_token_of_aws_size_leaves_room_in_the_cookie(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    groups = ["siteUniversityHospitalNorthEast", "administrator", "doctor"]
    name = "Dr Maximiliane von Habsburg-Lothringen"
    token = sign_token(**{"cognito:groups": groups, "name": name})
    # A little more than the ID tokens in AWS's own examples.
    assert 1200 < len(token) < 1400
    log_in(doctor, {"token": token}, keys)
    # The page adds its form token; a login that was started in another tab adds its state.
    doctor.get("/")
    doctor.get("/login/start")
    doctor.get("/login/start")
    assert len(read_cookie(doctor)) < 3800


def test_a_changed_cookie_is_no_session(doctor: FlaskClient) -> None:
    cookie = read_cookie(doctor)
    middle = len(cookie) // 2
    replacement = "A" if cookie[middle] != "A" else "B"
    doctor.set_cookie(SESSION_COOKIE, cookie[:middle] + replacement + cookie[middle + 1 :])
    assert doctor.get("/").headers["Location"].startswith("/login")


def test_a_cookie_of_another_secret_is_no_session(
    doctor: FlaskClient, sign_token: SignToken
) -> None:
    log_in(doctor, {"token": sign_token()}, derive_session_keys("somebody else's secret"))
    assert doctor.get("/").status_code == 302


def test_no_cookie_and_a_broken_one_are_the_same(visitor: FlaskClient) -> None:
    visitor.set_cookie(SESSION_COOKIE, "x.y.z")
    assert visitor.get("/").headers["Location"] == "/login?next=/"


def test_after_15_idle_minutes_the_session_is_over_and_the_login_says_so(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token()}, keys, last_used_at=time.time() - IDLE_SECONDS - 1)
    response = doctor.get("/worklist?filter=uncertain")
    assert response.headers["Location"] == "/login?next=/worklist?filter%3Duncertain&expired=idle"
    assert "You were logged out after 15 minutes" in doctor.get(response.headers["Location"]).text


def test_use_moves_the_end_of_the_session(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token()}, keys, last_used_at=time.time() - IDLE_SECONDS + 60)
    assert "__Host-session=" in doctor.get("/").headers["Set-Cookie"]


def test_a_page_that_asks_on_its_own_keeps_nobody_logged_in(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys, api: RecordedApi, golden: Golden
) -> None:
    view = golden("radiograph.json")
    api.respond("GET /v1/radiographs/batch", RecordedResponse(body={"radiographs": [view]}))
    log_in(doctor, {"token": sign_token()}, keys, last_used_at=time.time() - IDLE_SECONDS + 60)
    response = doctor.get(f"/rows?screening={RADIOGRAPH}")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_files_that_caches_keep_carry_no_session(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token()}, keys, last_used_at=time.time() - IDLE_SECONDS + 60)
    headers = doctor.get("/static/page.css?v=1", buffered=True).headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


def test_a_token_that_ran_out_leads_to_the_login(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token(exp=int(time.time()) - 1)}, keys)
    address = doctor.get("/").headers["Location"]
    assert address == "/login?next=/&expired=token"
    assert "You were logged out. Log in" in doctor.get(address).text


def test_a_script_is_told_by_the_status_alone(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    """A header by which HTMX leaves the page would throw away its uploads and drafts."""
    log_in(doctor, {"token": sign_token()}, keys, last_used_at=1000.0)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/worklist?filter=uncertain"}
    response = doctor.get(f"/rows?screening={RADIOGRAPH}", headers=headers)
    assert (response.status_code, response.data) == (401, b"")
    assert not [name for name, _ in response.headers if name.startswith("HX-")]


@pytest.mark.parametrize(("seconds", "status"), [(-60, 200), (1, 302)])
def test_a_session_lasts_12_hours_however_often_it_is_used_and_renewed(
    doctor: FlaskClient,
    sign_token: SignToken,
    keys: SessionKeys,
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
    status: int,
) -> None:
    start = int(time.time())
    log_in(doctor, {"token": sign_token(), "began_at": start}, keys)
    end = start + MAX_SECONDS + seconds
    for now in (*range(start, end, IDLE_SECONDS - 60), end):
        monkeypatch.setattr(time, "time", functools.partial(float, now))
        with doctor.session_transaction() as session:
            if "token" in session:
                session["token"] = sign_token(exp=now + 3600)
        response = doctor.get("/")
    assert response.status_code == status
    if status == 302:
        assert response.headers["Location"].endswith("expired=limit")
        assert "after 12 hours" in doctor.get(response.headers["Location"]).text


def test_a_cookie_of_an_earlier_release_goes_on(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token()}, keys)
    assert doctor.get("/").status_code == 200
