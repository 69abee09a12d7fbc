"""Administrators see, change and undo the settings of their site; doctors see them."""

from email.message import Message
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest
from flask.testing import FlaskClient

from reliability.attack import forgery
from reliability.attack.target import Target
from reliability.http_requests import Answer
from tests.conftest import Golden
from tests.ui.conftest import SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys

FORM = {
    "replaces": "2",
    "prevalence_percent": "7",
    "slope": "1.1",
    "offset": "-0.25",
    "age_policy": "show",
    "requires_age": "on",
    "reason": " Winter ",
}


@pytest.fixture
def first(golden: Golden) -> dict[str, Any]:
    """Version 1, a demo of the deploy."""
    version: dict[str, Any] = golden("settings_version.json")
    demo = {"prevalence": 0.2, "age_policy": "withhold", "is_demo": True}
    return (
        version
        | {"number": 1, "by": "deploy", "reason": "The values of the deploy"}
        | {"settings": version["settings"] | {"slope": 1.0, "offset": 0.0} | demo}
    )


@pytest.fixture
def administrator(
    doctor: FlaskClient,
    api: RecordedApi,
    golden: Golden,
    first: dict[str, Any],
    sign_token: SignToken,
    keys: SessionKeys,
) -> FlaskClient:
    newest = golden("settings_version.json")
    history = RecordedResponse(body={"versions": [newest, first]})
    api.respond("GET /v1/settings/versions", history)
    api.respond("POST /v1/settings/versions", RecordedResponse(status=201, body=newest))
    api.respond("POST /v1/settings/restore", RecordedResponse(status=201, body=newest))
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(doctor, {"token": sign_token(**groups)}, keys)
    return doctor


def send(client: FlaskClient, address: str, **fields: str) -> Any:
    return client.post(address, data={**fields, "csrf_token": read_form_token(client)})


def test_the_page_shows_the_values_and_their_history(administrator: FlaskClient) -> None:
    page = administrator.get("/settings").text
    for text in ("30 % of the X-rays", "slope 1.20, offset -0.40", "Winter", "You", "The deploy"):
        assert text in page
    assert "Demo prevalence" not in page
    assert page.count("Undo the last change") == 1
    assert 'aria-current="page"' in page


def test_the_form_has_the_values_that_count(administrator: FlaskClient) -> None:
    page = administrator.get("/settings").text
    for field in (
        'name="replaces" value="2"',
        'name="prevalence_percent" min="0" max="100" step="any" required value="30"',
        'name="age_policy" value="show" checked',
    ):
        assert field in page


def test_a_change_is_sent_to_the_api(administrator: FlaskClient, api: RecordedApi) -> None:
    response = send(administrator, "/settings", **FORM)
    assert (response.status_code, response.headers["Location"]) == (302, "/settings")
    assert api.requests[-1].json == {
        "replaces": 2,
        "prevalence": 0.07,
        "slope": 1.1,
        "offset": -0.25,
        "age_policy": "show",
        "requires_age": True,
        "reason": "Winter",
    }


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"blind_percent": "2.5", "allows_training": "on"}, (0.025, True)),
        ({}, (0.0, None)),
        ({"blind_percent": "5"}, (None, None)),
        ({"blind_percent": "5", "allows_training_before": "yes"}, (None, False)),
    ],
)
def test_blind_readings_and_consent_are_sent_where_they_change(
    administrator: FlaskClient, api: RecordedApi, fields: dict[str, str], values: tuple[Any, Any]
) -> None:
    before = {"blind_percent_before": "5", "allows_training_before": "no", "blind_percent": "0"}
    send(administrator, "/settings", **{**FORM, **before, **fields})
    body = api.requests[-1].json
    assert (body.get("blind_share"), body.get("allows_training")) == values


def test_undo_sends_the_earlier_version(administrator: FlaskClient, api: RecordedApi) -> None:
    assert send(administrator, "/settings/restore", replaces="2", restores="1").status_code == 302
    assert api.requests[-1].path == "/v1/settings/restore"
    assert api.requests[-1].json == {"replaces": 2, "restores": 1}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"prevalence_percent": "0"}, "prevalence is between 0 and 1"),
        ({"prevalence_percent": "many"}, "prevalence percent is a number"),
        ({"slope": "9"}, "slope is 0.25 to 4"),
        ({"offset": "nan"}, "offset is a number"),
        ({"replaces": ""}, "replaces is a number"),
        ({"blind_percent": "6"}, "blind_share is 0 to 0.05"),
        ({"blind_percent": "some"}, "blind readings in per cent is a number"),
        ({"age_policy": "hide"}, "the answer for other ages is withheld or shown"),
    ],
)
def test_a_value_outside_its_limits_is_refused_in_words(
    administrator: FlaskClient, fields: dict[str, str], words: str
) -> None:
    response = send(administrator, "/settings", **{**FORM, **fields})
    assert (response.status_code, words in response.text) == (422, True)


@pytest.mark.parametrize("address", ["/settings", "/settings/restore"])
def test_a_change_by_somebody_else_is_said_beside_the_new_values(
    administrator: FlaskClient, api: RecordedApi, address: str
) -> None:
    refusal = RecordedResponse(status=409, body={"detail": "Somebody has changed the settings"})
    for route in ("POST /v1/settings/versions", "POST /v1/settings/restore"):
        api.respond(route, refusal)
    response = send(administrator, address, **FORM, restores="1")
    assert (response.status_code, "Somebody has changed" in response.text) == (409, True)
    assert 'name="replaces" value="2"' in response.text


def test_a_doctor_has_no_page_of_settings(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond("GET /v1/settings/versions", RecordedResponse(status=403, body={"detail": "no"}))
    assert doctor.get("/settings").status_code == 403
    assert 'href="/settings"' not in doctor.get("/").text


def test_the_model_page_shows_a_doctor_the_values_and_that_they_are_a_demo(
    doctor: FlaskClient, api: RecordedApi, first: dict[str, Any]
) -> None:
    api.respond("GET /v1/settings", RecordedResponse(body=first))
    page = doctor.get("/model").text
    for text in ("Demo prevalence 20 %:", "that of the model", "withheld", "Version 1"):
        assert text in page
    assert 'href="/settings"' not in page


def test_the_model_page_is_shown_without_settings(doctor: FlaskClient) -> None:
    page = doctor.get("/model")
    assert (page.status_code, "At your site" in page.text) == (200, False)


def test_make_attack_sees_settings_that_a_forged_restore_has_stored(
    administrator: FlaskClient, api: RecordedApi, first: dict[str, Any]
) -> None:
    """Its reason is the API's own, and not that of a form."""
    restored = first | {"number": 2, "by": "another", "reason": "The values of version 1 again"}
    for versions, is_broken in (([first], False), ([restored, first], True)):
        api.respond("GET /v1/settings/versions", RecordedResponse(body={"versions": versions}))
        target = build_target(administrator.get("/settings").data)
        assert bool(forgery._find_settings(target)) is is_broken


def build_target(page: bytes) -> Target:
    """A system that answers with this page."""
    target = Mock(send=Mock(return_value=Answer(status=200, headers=Message(), body=page)))
    target.find_break = partial(Target.find_break, target)
    return target
