"""Sessions: encrypted, small, idle for at most 15 minutes."""

import time

from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import Sign, log_in
from tests.ui.recorded import Given, Recorded
from ui.auth.session_keys import SessionKeys, keys_of
from ui.auth.sessions import COOKIE, IDLE_SECONDS


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def test_the_cookie_is_kept_from_scripts_other_sites_and_other_hosts(visitor: FlaskClient) -> None:
    sent = visitor.get("/login").headers["Set-Cookie"]
    assert sent.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(sent.split("; "))
    assert "Domain" not in sent


def test_nothing_of_the_session_is_readable(doctor: FlaskClient, sign: Sign) -> None:
    header, _, signature = sign().split(".")
    assert header not in cookie_of(doctor)
    assert signature not in cookie_of(doctor)


def test_a_token_of_aws_size_leaves_room_in_the_cookie(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    groups = ["siteUniversityHospitalNorthEast", "administrator", "doctor"]
    token = sign(**{"cognito:groups": groups, "name": "Dr Maximiliane von Habsburg-Lothringen"})
    # The size of the ID tokens in AWS's own examples, and some more.
    assert 1200 < len(token) < 1400
    log_in(doctor, {"token": token}, keys)
    # The page adds its form token, and a login that was begun elsewhere its state.
    doctor.get("/")
    doctor.get("/login/start")
    doctor.get("/login/start")
    assert len(cookie_of(doctor)) < 3800


def test_a_changed_cookie_is_no_session(doctor: FlaskClient) -> None:
    cookie = cookie_of(doctor)
    middle = len(cookie) // 2
    other = "A" if cookie[middle] != "A" else "B"
    doctor.set_cookie(COOKIE, cookie[:middle] + other + cookie[middle + 1 :])
    assert doctor.get("/").headers["Location"].startswith("/login")


def test_a_cookie_of_another_secret_is_no_session(doctor: FlaskClient, sign: Sign) -> None:
    log_in(doctor, {"token": sign()}, keys_of("somebody else's secret"))
    assert doctor.get("/").status_code == 302


def test_no_cookie_and_a_broken_one_are_the_same(visitor: FlaskClient) -> None:
    visitor.set_cookie(COOKIE, "x.y.z")
    assert visitor.get("/").headers["Location"] == "/login?next=/"


def test_after_15_idle_minutes_the_session_is_over_and_the_login_says_so(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign()}, keys, seen=time.time() - IDLE_SECONDS - 1)
    answer = doctor.get("/worklist?filter=uncertain")
    assert answer.headers["Location"] == "/login?next=/worklist?filter%3Duncertain&over=1"
    assert "You were logged out after 15 minutes" in doctor.get(answer.headers["Location"]).text


def test_use_moves_the_end_of_the_session(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign()}, keys, seen=time.time() - IDLE_SECONDS + 60)
    assert "__Host-session=" in doctor.get("/").headers["Set-Cookie"]


def test_a_page_that_asks_on_its_own_keeps_nobody_logged_in(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys, api: Recorded, golden: Golden
) -> None:
    api.give(
        "GET /v1/radiographs/mzxw6ytboi4dsnrsgm2tinzxge", Given(body=golden("radiograph.json"))
    )
    log_in(doctor, {"token": sign()}, keys, seen=time.time() - IDLE_SECONDS + 60)
    asked = doctor.get("/radiographs/mzxw6ytboi4dsnrsgm2tinzxge/state?asked=3")
    assert "Set-Cookie" not in asked.headers


def test_files_that_caches_keep_carry_no_session(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign()}, keys, seen=time.time() - IDLE_SECONDS + 60)
    headers = doctor.get("/static/page.css?v=1", buffered=True).headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


def test_a_token_that_ran_out_ends_the_session(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign(exp=int(time.time()) - 1)}, keys)
    answer = doctor.get("/")
    assert answer.headers["Location"] == "/login?next=/&over=1"
    assert "Expires=Thu, 01 Jan 1970" in answer.headers["Set-Cookie"]


def test_a_script_is_told_where_to_log_in(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign()}, keys, seen=1000.0)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/worklist?filter=uncertain"}
    answer = doctor.get("/radiographs/mzxw6ytboi4dsnrsgm2tinzxge/state", headers=headers)
    assert answer.status_code == 401
    expected = "/login?next=/worklist?filter%3Duncertain&over=1"
    assert answer.headers["HX-Redirect"] == expected
