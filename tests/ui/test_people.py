"""The administrator's page of accounts: who is there, and forms for each act."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import SUBJECT
from tests.ui.recorded_api import RecordedApi, RecordedResponse


@pytest.fixture
def people(api: RecordedApi, golden: Golden) -> dict[str, Any]:
    body: dict[str, Any] = golden("people.json")
    api.respond("GET /v1/people", RecordedResponse(body=body))
    for path in ("", "/0b5d9a53/role", "/0b5d9a53/lock", "/7c1e0f42/unlock"):
        api.respond(f"POST /v1/people{path}", RecordedResponse(body={"account": "0b5d9a53"}))
    return body


def load(client: FlaskClient) -> str:
    return " ".join(client.get("/people").text.split())


def post(client: FlaskClient, path: str, **form: str) -> Any:
    token = load(client).partition('name="csrf_token" value="')[2].partition('"')[0]
    return client.post(f"/people{path}", data={"csrf_token": token, **form})


def test_each_account_has_its_role_and_state(
    site_administrator: FlaskClient, people: dict[str, Any]
) -> None:
    page = load(site_administrator)
    assert "Doctor · Invited, no login yet · since 23 Nov 2026" in page
    assert "No role: no access · Locked · since 22 Nov 2026, 08:00:00 UTC · no login rec" in page
    assert "last login 24 Nov 2026, 07:30:00 UTC" in page
    assert page.count("no login recorded") == 1
    assert "<bdi>admin@north.example</bdi></strong> (you)" in page


def test_the_own_account_has_no_acts(
    site_administrator: FlaskClient, people: dict[str, Any]
) -> None:
    page = load(site_administrator)
    assert f"/people/{SUBJECT}/" not in page
    assert page.count('action="/people/0b5d9a53/') == 2
    assert page.count('action="/people/7c1e0f42/') == 3
    assert 'action="/people/7c1e0f42/unlock"' in page


def test_acts_are_told_in_words(site_administrator: FlaskClient, people: dict[str, Any]) -> None:
    page = load(site_administrator)
    assert "<td>You</td><td><bdi>Locked bo@north.example</bdi></td>" in page
    assert "Invited ada@north.example as doctor" in page and "Account gone" in page
    assert "Asked to lock ada@north.example; whether it was done is not known" in page
    assert "Asked to invite a person as doctor; it was refused, and nothing was changed" in page


@pytest.mark.parametrize(
    ("path", "form", "body"),
    [
        ("", {"email": " eve@north.example ", "role": "doctor"}, {"email": "eve@north.example"}),
        ("/0b5d9a53/role", {"role": "administrator"}, {"role": "administrator"}),
        ("/0b5d9a53/lock", {}, {}),
        ("/7c1e0f42/unlock", {}, {}),
    ],
)
def test_a_form_is_one_request_of_the_api(
    site_administrator: FlaskClient,
    api: RecordedApi,
    people: dict[str, Any],
    path: str,
    form: dict[str, str],
    body: dict[str, str],
) -> None:
    response = post(site_administrator, path, **form)
    assert (response.status_code, response.headers["Location"]) == (302, "/people")
    [sent] = [each for each in api.requests if each.method == "POST"]
    assert sent.path == f"/v1/people{path}"
    assert not body or sent.json.items() >= body.items()


def test_a_refusal_stands_once_on_the_page(
    site_administrator: FlaskClient, api: RecordedApi, people: dict[str, Any]
) -> None:
    """Under the page's own address, where a new login or another language leads to."""
    problem = {"detail": "There is an account with this e-mail address already."}
    api.respond("POST /v1/people", RecordedResponse(status=409, body=problem))
    response = post(site_administrator, "", email="ada@north.example", role="doctor")
    assert (response.status_code, response.headers["Location"]) == (302, "/people")
    assert f'role="alert">{problem["detail"]} Nothing was changed.' in load(site_administrator)
    assert problem["detail"] not in load(site_administrator)


def test_the_page_says_that_an_entry_cannot_be_read(
    site_administrator: FlaskClient, api: RecordedApi, people: dict[str, Any]
) -> None:
    assert "An entry cannot be read" not in load(site_administrator)
    api.respond("GET /v1/people", RecordedResponse(body=people | {"complete": False}))
    assert "An entry cannot be read" in load(site_administrator)


def test_the_page_says_where_an_invitation_sends_no_e_mail(
    site_administrator: FlaskClient, api: RecordedApi, people: dict[str, Any]
) -> None:
    change = {"account": "0b5d9a53", "has_password": True}
    api.respond("POST /v1/people", RecordedResponse(status=201, body=change))
    post(site_administrator, "", email="ada@north.example", role="doctor")
    assert "No e-mail was sent" in load(site_administrator)


def test_an_open_invitation_can_be_sent_again(
    site_administrator: FlaskClient, people: dict[str, Any]
) -> None:
    page = load(site_administrator)
    assert page.count("Send again") == 1
    assert 'name="email" value="ada@north.example"> <input type="hidden" name="role"' in page


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_an_act_without_an_answer_may_have_been_done(
    site_administrator: FlaskClient, api: RecordedApi, people: dict[str, Any], status: int
) -> None:
    api.respond("POST /v1/people/0b5d9a53/lock", RecordedResponse(status=status, body={}))
    assert post(site_administrator, "/0b5d9a53/lock").headers["Location"] == "/people"
    page = load(site_administrator)
    assert "The change may have been made" in page and "Nothing was changed" not in page


def test_the_page_repeats_no_act_that_may_have_been_done(
    site_administrator: FlaskClient, api: RecordedApi, people: dict[str, Any]
) -> None:
    api.respond("POST /v1/people/0b5d9a53/lock", RecordedResponse(status=502, body={}))
    post(site_administrator, "/0b5d9a53/lock")
    assert [each.method for each in api.requests].count("POST") == 1


@pytest.mark.parametrize(
    "form", [{"email": "ada", "role": "doctor"}, {"email": "a@b.example", "role": "owner"}]
)
def test_what_is_no_address_or_no_role_is_not_sent(
    site_administrator: FlaskClient, api: RecordedApi, people: dict[str, Any], form: dict[str, str]
) -> None:
    assert post(site_administrator, "", **form).status_code == 422
    assert not [each for each in api.requests if each.method == "POST"]
