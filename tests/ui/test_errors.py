"""Error pages say what happened, whether anything was lost, what to do, and a reference."""

import logging
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH
from tests.ui.recorded import Given, Recorded

PAGE = f"/radiographs/{RADIOGRAPH}"


def give_problem(api: Recorded, golden: Golden, status: int) -> None:
    fields = golden("problem.json") | {"status": status}
    api.give(f"GET /v1{PAGE}", Given(status=status, body=fields, headers={"Retry-After": "0"}))


@pytest.mark.parametrize("status", [403, 404, 429, 500, 502, 503])
def test_an_error_of_the_api_becomes_a_page_that_helps(
    doctor: FlaskClient, api: Recorded, golden: Golden, status: int
) -> None:
    give_problem(api, golden, status)
    answer = doctor.get(PAGE)
    assert answer.status_code == status
    assert "ost" in answer.text
    assert "<code>1f3e</code>" in answer.text
    assert 'href="/worklist"' in answer.text


def test_another_sites_radiograph_is_the_same_as_none(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    give_problem(api, golden, 404)
    assert "not one of your site's" in unescape(doctor.get(PAGE).text)


def test_an_account_without_rights_is_told_whom_to_ask(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    give_problem(api, golden, 403)
    assert "Ask your administrator" in doctor.get(PAGE).text


def test_a_token_that_the_api_refuses_leads_to_the_login(
    doctor: FlaskClient, api: Recorded
) -> None:
    api.give(f"GET /v1{PAGE}", Given(status=401, body={"message": "Unauthorized"}))
    answer = doctor.get(PAGE)
    assert answer.headers["Location"] == f"/login?next={PAGE}&over=1"
    # It is forgotten, or the login would send the doctor straight back.
    assert doctor.get("/login").status_code == 200


def test_an_api_that_is_away_costs_nothing(doctor: FlaskClient, api: Recorded) -> None:
    api.give(f"GET /v1{PAGE}", Given(status=504, body=b"timeout"))
    answer = doctor.get(PAGE)
    assert answer.status_code == 504
    assert "what was uploaded is kept" in answer.text


def test_an_error_for_a_script_is_one_line_in_the_notice(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    give_problem(api, golden, 502)
    answer = doctor.get(PAGE, headers={"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#notice"
    assert answer.text.lstrip().startswith("<p>")


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
        answer = doctor.get(PAGE)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "miller-peter" not in caplog.text + answer.text
    assert RADIOGRAPH not in caplog.text
    assert "RuntimeError" in caplog.text
