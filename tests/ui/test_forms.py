"""Forms are taken only from our own pages."""

import pytest
from flask.testing import FlaskClient

from tests.ui.conftest import RADIOGRAPH, Sign, form_token, log_in
from tests.ui.recorded import Given, Recorded
from ui.auth.session_keys import SessionKeys


@pytest.mark.parametrize(
    "address",
    ["/uploads", "/worklist/search", f"/radiographs/{RADIOGRAPH}/reviews", "/logout"],
)
def test_a_form_without_its_token_is_refused_with_help(doctor: FlaskClient, address: str) -> None:
    answer = doctor.post(address, data={"verdict": "agree"})
    assert answer.status_code == 400
    assert "This form is too old" in answer.text
    assert "load the page again" in answer.text


def test_a_script_without_the_token_gets_a_line_for_the_notice(doctor: FlaskClient) -> None:
    answer = doctor.post("/worklist/search", headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#notice"
    assert "<html" not in answer.text


def test_another_sessions_token_is_refused(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    token = form_token(doctor)
    log_in(doctor, {"token": sign()}, keys)
    assert doctor.post("/logout", data={"csrf_token": token}).status_code == 400


def test_a_form_after_the_session_leads_to_the_login(
    doctor: FlaskClient, sign: Sign, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign()}, keys, seen=1000.0)
    headers = {"Referer": "http://localhost/worklist"}
    answer = doctor.post("/logout", headers=headers)
    assert answer.headers["Location"] == "/login?next=/worklist&over=1"


def test_a_form_of_64_kilobytes_is_too_much(doctor: FlaskClient, api: Recorded) -> None:
    api.give("POST /v1/radiographs/search", Given(body={}))
    answer = doctor.post("/worklist/search", data={"file_name": "x" * 70_000})
    assert answer.status_code == 413
    assert "What you wrote was not kept." in answer.text
