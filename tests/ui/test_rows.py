"""One request asks for all rows of a list that wait, and brings those that have changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts import keys, texts
from contracts.limits import MAX_BATCH
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH, UNANSWERED
from tests.ui.recorded_api import RecordedApi, RecordedResponse

HTMX = {"HX-Request": "true"}
ROUTE = "GET /v1/radiographs/batch"
# What the rules of AWS's firewall allow.
MAX_QUERY_BYTES = 2048
IDS = [keys.radiograph_id("siteNorth", str(number)) for number in range(MAX_BATCH + 1)]

Respond = Callable[..., None]


@pytest.fixture
def respond(api: RecordedApi, golden: Golden) -> Respond:
    """Sets the radiographs of the API: each is an id and the fields that differ."""

    def respond_with(**radiographs: dict[str, Any]) -> None:
        views = [
            golden("radiograph.json")
            | ({} if fields.get("state", "screened") == "screened" else UNANSWERED)
            | fields
            | {"id": radiograph}
            for radiograph, fields in radiographs.items()
        ]
        api.respond(ROUTE, RecordedResponse(body={"radiographs": views}))

    return respond_with


def ask(doctor: FlaskClient, **query: str) -> str:
    response = doctor.get("/rows", query_string=query, headers=HTMX)
    assert response.status_code == 200
    return response.text


def row_ids(fragment: str) -> list[str]:
    return re.findall(r'<li class="row" id="row-(\w+)"', fragment)


def test_30_waiting_rows_are_one_request_of_the_api(
    doctor: FlaskClient, api: RecordedApi, respond: Respond
) -> None:
    ids = IDS[:30]
    respond(**{each: {"state": "received"} for each in ids[:29]}, **{ids[29]: {}})
    assert row_ids(ask(doctor, screening=",".join(ids))) == [ids[29]]
    assert [request.path.partition("?")[0] for request in api.requests] == [ROUTE.split()[1]]


def test_the_greatest_request_passes_the_firewall(
    doctor: FlaskClient, api: RecordedApi, respond: Respond
) -> None:
    respond()
    query = f"filter=to_review&screening={','.join(IDS[:MAX_BATCH])}&polls=9999"
    assert doctor.get(f"/rows?{query}", headers=HTMX).status_code == 200
    assert len(query) <= MAX_QUERY_BYTES
    assert len(api.requests[0].path.partition("?")[2]) <= MAX_QUERY_BYTES


def test_the_api_holds_the_response_while_something_changes_now_and_then(
    doctor: FlaskClient, api: RecordedApi, respond: Respond
) -> None:
    respond()
    for polls in ("0", "29", "30", "many"):
        ask(doctor, screening=RADIOGRAPH, polls=polls)
    waits = [request.path.rpartition("=")[2] for request in api.requests]
    assert waits == ["2", "2", "0", "2"]


@pytest.mark.parametrize("state", ["screened", "rejected", "deleted"])
def test_a_state_that_lasts_comes_back_and_waits_for_nothing(
    doctor: FlaskClient, respond: Respond, state: str
) -> None:
    respond(**{RADIOGRAPH: {"state": state, "rejection": "empty" if state == "rejected" else None}})
    fragment = ask(doctor, screening=RADIOGRAPH)
    assert row_ids(fragment) == [RADIOGRAPH]
    assert 'hx-swap-oob="true"' in fragment
    assert "data-waits-for" not in fragment
    assert 'id="live-region"' in fragment


@pytest.mark.parametrize(
    ("state", "wait"),
    [("received", "screening"), ("awaiting_upload", "upload"), ("failed", "retry")],
)
def test_a_row_says_what_it_waits_for_and_comes_back_when_that_changes(
    doctor: FlaskClient, respond: Respond, state: str, wait: str
) -> None:
    respond(**{RADIOGRAPH: {"state": state}})
    assert row_ids(ask(doctor, **{wait: RADIOGRAPH})) == []
    other = "retry" if wait == "upload" else "upload"
    assert f'data-waits-for="{wait}"' in ask(doctor, **{other: RADIOGRAPH})


@pytest.mark.parametrize("state", ["awaiting_upload", "expired"])
def test_a_row_that_says_screening_never_waits_for_the_file_again(
    doctor: FlaskClient, respond: Respond, state: str
) -> None:
    """Its announcement may have expired, but its bytes are there or on their way."""
    respond(**{RADIOGRAPH: {"state": state}})
    assert row_ids(ask(doctor, screening=RADIOGRAPH)) == []


@pytest.mark.parametrize("state", ["awaiting_upload", "expired"])
def test_a_file_that_arrived_is_being_screened(
    doctor: FlaskClient, respond: Respond, state: str
) -> None:
    respond(**{RADIOGRAPH: {"state": state, "has_arrived": True}})
    fragment = ask(doctor, upload=RADIOGRAPH)
    assert texts.STATES["received"] in fragment  # type: ignore[index]
    assert 'data-waits-for="screening"' in fragment


def test_a_file_that_never_arrived_is_not_waited_for(doctor: FlaskClient, respond: Respond) -> None:
    respond(**{RADIOGRAPH: {"state": "expired"}})
    fragment = ask(doctor, upload=RADIOGRAPH)
    assert row_ids(fragment) == [RADIOGRAPH]
    assert "data-waits-for" not in fragment


def test_a_row_that_is_gone_leaves_the_list(doctor: FlaskClient, respond: Respond) -> None:
    respond()
    assert f'<li id="row-{RADIOGRAPH}" hx-swap-oob="delete">' in ask(doctor, screening=RADIOGRAPH)


def test_all_answers_are_announced_together(doctor: FlaskClient, respond: Respond) -> None:
    respond(**{IDS[0]: {"file_name": "first.png"}, IDS[1]: {"file_name": "second.png"}})
    fragment = ask(doctor, screening=",".join(IDS[:2]))
    announcement = fragment.partition('id="live-region"')[2]
    assert "first.png" in announcement and "second.png" in announcement
    assert fragment.count('id="live-region"') == 1


def test_links_of_the_rows_keep_the_list(doctor: FlaskClient, respond: Respond) -> None:
    respond(**{RADIOGRAPH: {}})
    fragment = ask(doctor, screening=RADIOGRAPH, filter="to_review")
    assert f'href="/radiographs/{RADIOGRAPH}?filter=to_review"' in fragment


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"screening": ",".join(IDS)},
        {"screening": ",".join(IDS[:40]), "upload": ",".join(IDS[40:])},
        {"upload": "../../v1/session"},
        {"retry": RADIOGRAPH.upper()},
        {"screening": f"{RADIOGRAPH},"},
        {"screening": f"{RADIOGRAPH}\n"},
    ],
)
def test_ids_that_are_none_or_too_many_are_not_asked_for(
    doctor: FlaskClient, api: RecordedApi, query: dict[str, str]
) -> None:
    response = doctor.get("/rows", query_string=query, headers=HTMX)
    assert (response.status_code, api.requests) == (422, [])


def test_a_request_that_failed_leaves_the_rows(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond(ROUTE, RecordedResponse(status=502, body={}))
    response = doctor.get(f"/rows?screening={RADIOGRAPH}", headers=HTMX)
    assert response.headers["HX-Retarget"] == "#notice"
    assert f"row-{RADIOGRAPH}" not in response.text


@pytest.mark.parametrize("address", ["/worklist", "/"])
def test_lists_tell_where_to_ask_and_no_row_asks_for_itself(
    doctor: FlaskClient, api: RecordedApi, golden: Golden, address: str
) -> None:
    waiting = golden("radiograph.json") | UNANSWERED | {"state": "received"}
    worklist = {"radiographs": [waiting] * 3, "cursor": None, "complete": True}
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    page = doctor.get(address).text
    url = "/rows" if address == "/worklist" else "/rows?list=uploads"
    assert f'data-rows-url="{url}"' in page
    assert page.count('data-waits-for="screening"') == (3 if address == "/worklist" else 0)
    assert "hx-get" not in page.partition("<ul")[2].partition("</ul>")[0]


# What is new in a list

COUNTS = {"counts": {"to_review": 4, "pneumonia": 1000}, "counted_at": 7, "added": 3}


def test_what_is_new_is_told_beside_rows_that_stay(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond("GET /v1/radiographs/counts", RecordedResponse(body=COUNTS))
    fragment = ask(doctor, since="5", filter="to_review", **{"from": "2026-11-01"})
    [request] = api.requests
    assert request.path.partition("?")[2] == ("filter=to_review&since=5&from=1793491200000")
    assert "3 new X-rays" in fragment
    assert 'href="/worklist?filter=to_review&amp;from=2026-11-01">Show</a>' in fragment
    for count in ('id="count-to_review" hx-swap-oob="true">4<', ">1,000+<"):
        assert count in fragment
    assert row_ids(fragment) == []


def test_what_was_told_is_not_told_again(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond("GET /v1/radiographs/counts", RecordedResponse(body=COUNTS))
    assert "new X-ray" not in ask(doctor, since="5", additions="3")
    api.respond("GET /v1/radiographs/counts", RecordedResponse(body=COUNTS | {"added": 0}))
    assert 'id="additions"' in ask(doctor, since="5", additions="3")


def test_one_request_asks_for_rows_and_for_what_is_new(
    doctor: FlaskClient, api: RecordedApi, respond: Respond
) -> None:
    respond(**{RADIOGRAPH: {}})
    api.respond("GET /v1/radiographs/counts", RecordedResponse(body=COUNTS))
    fragment = ask(doctor, screening=RADIOGRAPH, since="5")
    assert row_ids(fragment) == [RADIOGRAPH]
    assert "3 new X-rays" in fragment
