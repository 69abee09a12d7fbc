"""The worklist never claims more than it has searched."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse

HTMX = {"HX-Request": "true"}
TRUNCATED = {"radiographs": [], "cursor": "c1", "complete": True}


def test_the_worklist_without_redis_says_so(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    worklist = golden("worklist.json") | {"complete": False}
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    assert "Nothing is lost" in doctor.get("/worklist").text


@pytest.mark.parametrize("worklist_filter", ["all", "to_review", "uncertain", "rejected"])
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
    api.respond("POST /v1/radiographs/search", RecordedResponse(body=golden("worklist.json")))
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
