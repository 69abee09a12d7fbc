"""The worklist never says more than it has looked at."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import form_token
from tests.ui.recorded import Given, Recorded

HTMX = {"HX-Request": "true"}
CUT_SHORT = {"radiographs": [], "cursor": "c1", "complete": True}


def test_the_worklist_without_redis_says_so(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    api.give("GET /v1/radiographs", Given(body=golden("worklist.json") | {"complete": False}))
    assert "Nothing is lost" in doctor.get("/worklist").text


@pytest.mark.parametrize("chosen", ["all", "to_review", "uncertain", "rejected"])
def test_an_empty_list_says_what_to_do_first(
    doctor: FlaskClient, api: Recorded, chosen: str
) -> None:
    empty = {"radiographs": [], "cursor": None, "complete": True}
    api.give("GET /v1/radiographs", Given(body=empty))
    page = doctor.get(f"/worklist?filter={chosen}").text
    assert 'class="empty"' in page
    assert f"filter={chosen}" in api.asked[0].path


def test_older_radiographs_are_one_link_away(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    api.give("GET /v1/radiographs", Given(body=golden("worklist.json") | {"cursor": "c1"}))
    assert "/worklist?filter=all&amp;cursor=c1" in doctor.get("/worklist").text
    rows = doctor.get("/worklist?cursor=c1", headers=HTMX).text
    assert "<html" not in rows
    assert "cursor=c1" in api.asked[-1].path


def test_a_search_keeps_the_name_out_of_every_address(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    api.give("POST /v1/radiographs/search", Given(body=golden("worklist.json")))
    sent = {"file_name": "miller", "csrf_token": form_token(doctor)}
    page = doctor.post("/worklist/search", data=sent)
    assert 'value="miller"' in page.text
    assert "Location" not in page.headers
    assert "miller" not in "".join(asked.path for asked in api.asked)


def test_a_filter_that_was_cut_short_offers_to_look_further(
    doctor: FlaskClient, api: Recorded
) -> None:
    api.give("GET /v1/radiographs", Given(body=CUT_SHORT))
    page = doctor.get("/worklist?filter=to_review").text
    assert "Everything is reviewed" not in page
    assert "/worklist?filter=to_review&amp;cursor=c1" in page


def test_a_search_that_was_cut_short_says_so(doctor: FlaskClient, api: Recorded) -> None:
    api.give("POST /v1/radiographs/search", Given(body=CUT_SHORT))
    sent = {"file_name": "miller", "csrf_token": form_token(doctor)}
    page = doctor.post("/worklist/search", data=sent).text
    assert "Older X-rays were not looked at." in page
    assert "cursor=c1" not in page
