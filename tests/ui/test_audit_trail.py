"""The administrator's page of what happened to a film, and who opened it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, Pages
from tests.ui.recorded_api import RecordedApi, RecordedResponse

ROUTE = f"GET /v1{PAGE}/audit"


@pytest.fixture
def trail(api: RecordedApi, golden: Golden) -> dict[str, Any]:
    trail: dict[str, Any] = golden("audit_trail.json")
    trail["events"][2]["answer"] = golden("answer.json")
    api.respond(ROUTE, RecordedResponse(body=trail))
    return trail


def requested(api: RecordedApi) -> list[str]:
    return [each.path for each in api.requests if "/audit" in each.path]


def load(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"{PAGE}/audit{query}")
    assert response.status_code == 200
    return " ".join(response.text.split())


def test_each_event_says_when_who_and_what(
    site_administrator: FlaskClient, trail: dict[str, Any]
) -> None:
    page = load(site_administrator)
    assert "23 Nov 2026, 08:00:00 UTC</time></th><td><bdi>Ada Nord</bdi></td>" in page
    assert "Announced a file of 120,582 bytes, age unknown." in page
    assert "<td>The software</td>" in page and "SHA-256 0f3a." in page
    assert "settings version 4)." in page
    assert "<td>You</td>" in page
    assert "Settled what doctors differed on: other, not pneumonia, unlike the answer." in page
    assert "Account 0b5d9a53</span></td>" in page
    assert "cannot be read" not in page and "The 30 days before" not in page


def test_an_account_of_the_site_has_its_address(
    site_administrator: FlaskClient, api: RecordedApi, golden: Golden, trail: dict[str, Any]
) -> None:
    api.respond("GET /v1/people", RecordedResponse(body=golden("people.json")))
    assert "<td><bdi>ada@north.example</bdi></td>" in load(site_administrator)


def test_earlier_openings_are_a_link_to_the_days_before(
    site_administrator: FlaskClient, api: RecordedApi, trail: dict[str, Any]
) -> None:
    changes = {"has_earlier_openings": True, "openings": [], "complete": False}
    api.respond(ROUTE, RecordedResponse(body=trail | changes))
    page = load(site_administrator, "?until=2026-12-22")
    assert requested(api) == [f"/v1{PAGE}/audit?until=2026-12-22"]
    assert "from 23 Nov 2026 to 22 Dec 2026." in page
    assert "until=2026-11-22" in page and "Nobody opened it in these days." in page
    assert "An entry cannot be read" in page


def test_a_day_that_is_none_is_today(
    site_administrator: FlaskClient, api: RecordedApi, trail: dict[str, Any]
) -> None:
    load(site_administrator, "?until=yesterday")
    assert requested(api) == [f"/v1{PAGE}/audit"]


def test_a_fact_of_a_later_release_has_a_sentence(
    site_administrator: FlaskClient, api: RecordedApi, trail: dict[str, Any]
) -> None:
    trail["events"][0]["kind"] = "unknown"
    api.respond(ROUTE, RecordedResponse(body=trail))
    assert "a newer version of this software has recorded" in load(site_administrator)


def test_only_an_administrator_has_the_link(
    pages: Pages, doctor: FlaskClient, site_administrator: FlaskClient
) -> None:
    assert f"{PAGE}/audit" not in pages.load(PAGE)
    assert f'href="{PAGE}/audit"' in site_administrator.get(PAGE).text
