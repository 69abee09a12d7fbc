"""Error pages say what happened, whether anything was lost, what to do, and a reference."""

import logging
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse

TRACE_ID = "1-67891233-abcdef012345678912345678"
PAGE = f"/radiographs/{RADIOGRAPH}"


def respond_with_problem(api: RecordedApi, golden: Golden, status: int) -> None:
    fields = golden("problem.json") | {"status": status}
    response = RecordedResponse(status=status, body=fields, headers={"Retry-After": "0"})
    api.respond(f"GET /v1{PAGE}", response)


@pytest.mark.parametrize("status", [403, 404, 429, 500, 502, 503])
def test_an_error_of_the_api_becomes_a_page_that_helps(
    doctor: FlaskClient, api: RecordedApi, golden: Golden, status: int
) -> None:
    respond_with_problem(api, golden, status)
    response = doctor.get(PAGE)
    assert response.status_code == status
    assert "ost" in response.text
    assert "<code>1f3e</code>" in response.text
    assert 'href="/worklist"' in response.text


def test_another_sites_radiograph_is_the_same_as_none(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    respond_with_problem(api, golden, 404)
    assert "not one of your site's" in unescape(doctor.get(PAGE).text)


def test_an_account_without_rights_is_told_whom_to_ask(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    respond_with_problem(api, golden, 403)
    assert "Ask your administrator" in doctor.get(PAGE).text


def test_a_token_that_the_api_refuses_leads_to_the_login(
    doctor: FlaskClient, api: RecordedApi
) -> None:
    api.respond(f"GET /v1{PAGE}", RecordedResponse(status=401, body={"message": "Unauthorized"}))
    api.respond("GET /v1/session", RecordedResponse(status=401, body={"message": "Unauthorized"}))
    address = doctor.get(PAGE).headers["Location"]
    assert address == f"/login?next={PAGE}&expired=token"
    # The session is over; otherwise the login page would redirect to the page at once.
    assert doctor.get(address).status_code == 200
    assert doctor.get("/login").status_code == 200


def test_an_api_that_is_away_costs_nothing(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond(f"GET /v1{PAGE}", RecordedResponse(status=504, body=b"timeout"))
    response = doctor.get(PAGE)
    assert response.status_code == 504
    assert "uploaded files are safe" in response.text


def test_an_error_for_a_script_is_one_line_in_the_notice(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    respond_with_problem(api, golden, 502)
    response = doctor.get(PAGE, headers={"HX-Request": "true"})
    assert response.headers["HX-Retarget"] == "#notice"
    assert response.text.lstrip().startswith("<p>")


def test_an_unknown_address_is_explained(doctor: FlaskClient, visitor: FlaskClient) -> None:
    assert doctor.get("/nowhere").status_code == 404
    assert doctor.get("/worklist/search").status_code == 405
    assert visitor.get("/nowhere").status_code == 302


def test_an_error_of_our_own_names_no_patient_in_the_log(
    app: Flask, doctor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: Any) -> str:
        name = "-".join(["miller", "peter.dcm"])
        raise RuntimeError(name)

    app.view_functions["radiographs.page"] = fail
    with caplog.at_level(logging.INFO):
        response = doctor.get(PAGE)
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "miller-peter" not in caplog.text + response.text
    assert RADIOGRAPH not in caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (503, "may not be stored; sending it again does no harm"),
        (504, "may not be stored"),
        (404, "What you sent is not stored."),
        (429, "What you sent is not stored."),
    ],
)
def test_after_a_form_the_page_does_not_say_that_nothing_is_lost(
    doctor: FlaskClient, api: RecordedApi, golden: Golden, status: int, text: str
) -> None:
    fields = golden("problem.json") | {"status": status}
    response = RecordedResponse(status=status, body=fields, headers={"Retry-After": "0"})
    api.respond(f"POST /v1{PAGE}/age", response)
    data = {"age_years": "3", "csrf_token": read_form_token(doctor)}
    page = doctor.post(f"{PAGE}/age", data=data).text
    assert text in page
    assert "Nothing is lost" not in page and "are safe" not in page


def test_an_error_and_the_log_name_the_trace(
    doctor: FlaskClient,
    api: RecordedApi,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=1")
    with caplog.at_level(logging.INFO):
        page = doctor.get("/nowhere").text
    assert f"<code>{TRACE_ID}</code>" in page
    [line] = [record for record in caplog.records if record.message == "Request"]
    fields = {name: getattr(line, name) for name in ("method", "route", "status")}
    assert fields == {"method": "GET", "route": "", "status": 404}


def test_the_api_is_called_in_the_trace_of_the_page(
    doctor: FlaskClient, api: RecordedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = f"Root={TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=1"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
    doctor.get(PAGE)
    assert {request.headers.get("x-amzn-trace-id") for request in api.requests} == {header}
