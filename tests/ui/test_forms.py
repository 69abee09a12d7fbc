"""Forms are accepted only from our own pages (CSRF protection)."""

import pytest
from flask.testing import FlaskClient

from tests.ui.conftest import RADIOGRAPH, SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys


@pytest.mark.parametrize(
    "address",
    [
        *("/uploads", "/worklist/search", f"/radiographs/{RADIOGRAPH}/reviews", "/logout"),
        f"/radiographs/{RADIOGRAPH}/withdrawals",
        f"/radiographs/{RADIOGRAPH}/answer",
        f"/radiographs/{RADIOGRAPH}/age",
        *("/settings", "/settings/restore"),
    ],
)
def test_a_form_without_its_token_is_refused_with_help(doctor: FlaskClient, address: str) -> None:
    response = doctor.post(address, data={"finding": "pneumonia"})
    assert response.status_code == 400
    assert "This form is too old" in response.text
    assert "load the page again" in response.text


def test_a_script_without_the_token_asks_for_the_one_that_counts_now(doctor: FlaskClient) -> None:
    """Its page may have sent the request while a login in another window was on its way."""
    for client in (doctor, doctor.application.test_client()):
        response = client.post("/worklist/search", headers={"HX-Request": "true"})
        assert (response.status_code, response.text) == (401, "")


def test_another_sessions_token_is_refused(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    token = read_form_token(doctor)
    log_in(doctor, {"token": sign_token()}, keys)
    assert doctor.post("/logout", data={"csrf_token": token}).status_code == 400


def test_a_form_after_the_session_leads_to_the_login(
    doctor: FlaskClient, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token()}, keys, last_used_at=1000.0)
    response = doctor.post("/logout", headers={"Referer": "http://localhost/worklist"})
    assert response.headers["Location"] == "/login?next=/worklist&expired=idle"


def test_a_form_of_64_kilobytes_is_too_much(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond("POST /v1/radiographs/search", RecordedResponse(body={}))
    response = doctor.post("/worklist/search", data={"file_name": "x" * 70_000})
    assert response.status_code == 413
    assert "What you wrote was not saved." in response.text
