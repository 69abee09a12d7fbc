"""The worklist never claims more than it has searched."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask.testing import FlaskClient

from contracts.worklist_filters import Filter
from tests.conftest import Golden
from tests.ui.conftest import Pages, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse

HTMX = {"HX-Request": "true"}
TRUNCATED = {"radiographs": [], "cursor": "c1", "complete": True}


def test_the_worklist_without_redis_says_so(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    worklist = golden("worklist.json") | {"complete": False}
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    assert "Nothing is lost" in doctor.get("/worklist").text


@pytest.mark.parametrize("worklist_filter", Filter)
def test_an_empty_list_says_what_to_do_first(
    doctor: FlaskClient, api: RecordedApi, worklist_filter: str
) -> None:
    empty: dict[str, Any] = {"radiographs": [], "cursor": None, "complete": True}
    api.respond("GET /v1/radiographs", RecordedResponse(body=empty))
    page = doctor.get(f"/worklist?filter={worklist_filter}").text
    assert 'class="empty-list"' in page
    assert f"filter={worklist_filter}" in api.requests[0].path


def test_older_radiographs_are_one_link_away(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    worklist = golden("worklist.json") | {"cursor": "c1"}
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    assert "/worklist?filter=all&amp;cursor=c1" in doctor.get("/worklist").text
    rows = doctor.get("/worklist?cursor=c1", headers=HTMX).text
    assert "<html" not in rows
    assert "cursor=c1" in api.requests[-1].path


def test_a_search_keeps_the_name_out_of_every_address(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    """Also where it could not be stored, so that no address leads to it."""
    found = golden("worklist.json") | {"search": None}
    api.respond("POST /v1/radiographs/search", RecordedResponse(body=found))
    data = {"file_name": "miller", "csrf_token": read_form_token(doctor)}
    response = doctor.post("/worklist/search", data=data)
    assert 'value="miller"' in response.text
    assert "Location" not in response.headers
    assert "miller" not in "".join(request.path for request in api.requests)


def test_a_filter_that_was_cut_short_offers_to_look_further(
    doctor: FlaskClient, api: RecordedApi
) -> None:
    api.respond("GET /v1/radiographs", RecordedResponse(body=TRUNCATED))
    page = doctor.get("/worklist?filter=to_review").text
    assert "Everything is reviewed" not in page
    assert "/worklist?filter=to_review&amp;cursor=c1" in page


def test_a_search_that_was_cut_short_says_so(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond("POST /v1/radiographs/search", RecordedResponse(body=TRUNCATED))
    data = {"file_name": "miller", "csrf_token": read_form_token(doctor)}
    page = doctor.post("/worklist/search", data=data).text
    assert "Older X-rays were not searched." in page
    assert "cursor=c1" not in page


# Tabs


def test_each_list_has_a_tab_with_its_count(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    worklist = golden("worklist.json")
    worklist["counts"]["counts"] |= {"to_review": 12, "rejected": 1000}
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    page = doctor.get("/worklist?filter=rejected").text
    tabs = page.partition('class="tabs"')[2].partition("</nav>")[0]
    links = [" ".join(re.sub("<[^>]+>", " ", link).split()) for link in tabs.split("<a ")[1:]]
    names = [link.partition("> ")[2] or link.rpartition(">")[2] for link in links]
    assert [name.strip() for name in names] == [
        "To review 12",
        "Pneumonia 1",
        "Uncertain 0",
        "No pneumonia 0",
        "Not assessed 0",
        "Rejected 1,000+",
        "Differing",
        "All",
    ]
    assert tabs.count("aria-current") == 1


def test_without_counts_there_are_tabs(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    """As before the lists of a site are complete, and beside an API of an earlier release."""
    worklist = golden("worklist.json")
    for earlier in (
        worklist | {"counts": None},
        {**worklist, "counts": {**worklist["counts"], "counts": {}}},
    ):
        api.respond("GET /v1/radiographs", RecordedResponse(body=earlier))
        page = doctor.get("/worklist").text
        assert 'class="count"' not in page
        assert "Not assessed" in page


# Days

DAYS = "from=2026-11-22&to=2026-11-23&zone=-300"


def read_milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def test_days_are_those_of_the_browser(doctor: FlaskClient, api: RecordedApi) -> None:
    page = unescape(doctor.get(f"/worklist?filter=pneumonia&{DAYS}").text)
    [request] = [each for each in api.requests if each.path.startswith("/v1/radiographs?")]
    query = dict(parse_qsl(request.path.partition("?")[2]))
    assert query == {
        "filter": "pneumonia",
        "from": str(read_milliseconds("2026-11-22T05:00:00Z")),
        "before": str(read_milliseconds("2026-11-24T05:00:00Z")),
    }
    for address in (
        f"/worklist?filter=to_review&{DAYS}",
        f"/worklist?filter=pneumonia&cursor=98204320000000-mzxw6ytboi4dsnrsgm2tinzxge&{DAYS}",
        f"/worklist/search?filter=pneumonia&{DAYS}",
        f"/rows?filter=pneumonia&{DAYS}",
    ):
        assert f'"{address}"' in page
    assert 'name="from" value="2026-11-22"' in page


def test_days_limit_a_search(doctor: FlaskClient, api: RecordedApi, golden: Golden) -> None:
    found = RecordedResponse(body=golden("worklist.json"))
    api.respond("POST /v1/radiographs/search", found)
    data = {"file_name": "thorax", "csrf_token": read_form_token(doctor)}
    response = doctor.post(f"/worklist/search?{DAYS}", data=data)
    search_id = golden("worklist.json")["search"]["id"]
    assert response.headers["Location"] == f"/worklist?search={search_id}&{DAYS}"
    doctor.get(response.headers["Location"])
    for request in api.requests[-2:]:
        assert f"from={read_milliseconds('2026-11-22T05:00:00Z')}&before=" in request.path


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ("from=2026-11-23&to=2026-11-22", "The first day is after the last day."),
        ("from=2026-02-30", "The first day is no day of the years 2000 to 2099."),
        ("to=tomorrow", "The last day is no day"),
        ("to=9999-12-31", "The last day is no day"),
        ("from=20261122", "The first day is no day"),
    ],
)
def test_days_that_are_none_are_refused(
    doctor: FlaskClient, api: RecordedApi, days: str, problem: str
) -> None:
    response = doctor.get(f"/worklist?filter=uncertain&{days}")
    assert response.status_code == 422
    assert problem in response.text
    assert 'aria-invalid="true"' in response.text
    assert not any("/v1/radiographs?" in request.path for request in api.requests)
    assert 'href="/worklist?filter=uncertain">All days</a>' in response.text


# Waiting


def test_a_row_says_how_long_its_film_has_waited(pages: Pages, golden: Golden) -> None:
    created = datetime.now(UTC) - timedelta(hours=5, minutes=3)
    fields = {"created_at": created.isoformat(), "reviews": []}
    page = pages.load("/worklist?filter=to_review", **fields)
    assert ">waits 5 h 3 min</time>" in page
    page = pages.load_answered("/worklist?filter=to_review", decision="no_pneumonia")
    assert ">waits 5 h 3 min, over 4 h</time>" in page
    review = golden("radiograph.json")["reviews"][0]
    assert "data-waits" not in pages.load("/worklist", reviews=[review])
