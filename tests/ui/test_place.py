"""The place in a list: every link carries it on, and "back" leads to the row that was left."""

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.keys import index_entry
from tests.conftest import Golden
from tests.ui.conftest import PAGE, RADIOGRAPH, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse

HTMX = {"HX-Request": "true"}
SEARCH = "n5xw6ytboi4dsnrsgm2tinzxge"
NEWER, OLDER = "b" * 26, "a" * 26
DAYS = "&from=2026-11-01&to=2026-11-23&zone=-300"


@pytest.fixture(autouse=True)
def film(api: RecordedApi, golden: Golden) -> dict[str, Any]:
    view: dict[str, Any] = golden("radiograph.json")
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=view))
    neighbours = {"previous": NEWER, "next": OLDER}
    api.respond(f"GET /v1{PAGE}/neighbours", RecordedResponse(body=neighbours))
    return view


@pytest.fixture
def entry(film: dict[str, Any]) -> str:
    return index_entry(film["created_at"], RADIOGRAPH)


@pytest.mark.parametrize(
    ("place", "back"),
    [
        ("", "/worklist?at={}"),
        ("?filter=uncertain", "/worklist?at={}&filter=uncertain"),
        (f"?filter=uncertain{DAYS}", "/worklist?at={}&filter=uncertain" + DAYS),
        (f"?search={SEARCH}{DAYS}", "/worklist?at={}&search=" + SEARCH + DAYS),
        (f"?search={SEARCH}", "/worklist?at={}&search=" + SEARCH),
        ("?list=uploads", "/?at={}"),
    ],
)
def test_links_carry_the_place_on(doctor: FlaskClient, entry: str, place: str, back: str) -> None:
    page = unescape(doctor.get(f"{PAGE}{place}").text)
    assert f'href="/radiographs/{NEWER}{place}" data-shortcut="previous"' in page
    assert f'href="/radiographs/{OLDER}{place}" data-shortcut="next"' in page
    assert f'class="back-link" href="{back.format(entry)}"' in page
    assert f'action="{PAGE}/reviews{place}"' in page


def test_a_film_costs_two_calls_of_the_api(doctor: FlaskClient, api: RecordedApi) -> None:
    doctor.get("/model")
    api.requests.clear()
    doctor.get(f"{PAGE}?filter=uncertain", headers=HTMX)
    paths = [request.path for request in api.requests]
    assert paths == [f"/v1{PAGE}", f"/v1{PAGE}/neighbours?filter=uncertain"]


def test_without_neighbours_the_film_is_shown(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond(f"GET /v1{PAGE}/neighbours", RecordedResponse(status=503, body={}))
    response = doctor.get(PAGE)
    assert response.status_code == 200
    assert 'data-shortcut="next"' not in response.text


def test_back_marks_the_row_or_the_one_that_followed_it(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any], entry: str
) -> None:
    newer = film | {"id": NEWER, "created_at": "2026-11-23T23:00:00.000Z"}
    older = film | {"id": OLDER, "created_at": "2026-11-01T07:00:00.000Z"}
    for views, marked in (([newer, film, older], RADIOGRAPH), ([newer, older], OLDER)):
        worklist = {"radiographs": views, "cursor": None, "complete": True, "has_newer": True}
        api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
        page = unescape(doctor.get(f"/worklist?filter=uncertain&at={entry}").text)
        rows = page.split("<li ")
        assert [row[:60] for row in rows if "data-return-here" in row] == [
            row[:60] for row in rows if f'id="row-{marked}"' in row
        ]
        assert any(f"around={entry}" in request.path for request in api.requests)
        newest = index_entry(newer["created_at"], NEWER)
        assert f'href="/worklist?filter=uncertain&at={newest}">Newer</a>' in page


def test_back_to_what_is_due_finds_the_row_by_its_place_there(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any], entry: str
) -> None:
    """Pneumonia is due as it is created."""
    due = f"01795420800000-{entry}"
    assert (
        f'/worklist?at={due}&amp;filter=to_review"' in doctor.get(f"{PAGE}?filter=to_review").text
    )
    plain = film["answer"] | {"decision": "no_pneumonia"}
    after = film | {"id": OLDER, "answer": plain, "reviews": []}
    for views, marked in (([film, after], RADIOGRAPH), ([after], OLDER)):
        worklist = {"radiographs": views, "cursor": None, "complete": True}
        api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
        page = doctor.get(f"/worklist?filter=to_review&at={due}").text
        row = page.partition(f'id="row-{marked}"')[2].partition("</li>")[0]
        assert "data-return-here" in row
        assert page.count("data-return-here") == 1


def test_an_entry_that_is_none_is_the_whole_list(doctor: FlaskClient, api: RecordedApi) -> None:
    assert doctor.get("/worklist?at=../../x").status_code == 200
    assert not any("around" in request.path for request in api.requests)


def test_a_search_is_opened_again_by_its_id(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    api.respond("POST /v1/radiographs/search", RecordedResponse(body=golden("worklist.json")))
    data = {"file_name": "thorax", "csrf_token": read_form_token(doctor)}
    address = f"/worklist?search={SEARCH}"
    response = doctor.post("/worklist/search", data=data)
    assert (response.status_code, response.headers["Location"]) == (303, address)
    fragment = doctor.post("/worklist/search", data=data, headers=HTMX)
    assert fragment.headers["HX-Replace-Url"] == address
    assert f'href="{PAGE}?search={SEARCH}"' in fragment.text
    page = doctor.get(address).text
    assert 'value="thorax"' in page
    assert f'href="{PAGE}?search={SEARCH}"' in page
    assert "thorax" not in "".join(request.path for request in api.requests)


def test_a_search_stays_in_its_tab(doctor: FlaskClient, api: RecordedApi, golden: Golden) -> None:
    found = golden("worklist.json")
    api.respond("POST /v1/radiographs/search", RecordedResponse(body=found))
    data = {"file_name": "thorax", "csrf_token": read_form_token(doctor)}
    fragment = doctor.post("/worklist/search?filter=pneumonia", data=data, headers=HTMX)
    address = f"/worklist?filter=pneumonia&search={SEARCH}"
    assert fragment.headers["HX-Replace-Url"] == address
    assert api.requests[-1].path == "/v1/radiographs/search?filter=pneumonia"
    # Each tab leads on with the search, and one link to all X-rays.
    text = unescape(fragment.text)
    assert f'href="/worklist?filter=uncertain&search={SEARCH}"' in text
    assert text.count(f'href="/worklist?search={SEARCH}"') == 2
    assert f'href="{PAGE}?filter=pneumonia&search={SEARCH}"' in text
    empty = found | {"radiographs": [], "cursor": None}
    api.respond("GET /v1/radiographs", RecordedResponse(body=empty))
    page = doctor.get(address).text
    assert f"filter=pneumonia&search={SEARCH}" in api.requests[-1].path
    assert (
        "No X-ray of this tab matches" in page
        and "their first 3 letters" in page
        and "Search all X-rays" in page
    )


def test_a_search_that_is_over_says_so(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    worklist = RecordedResponse(body=golden("worklist.json"))
    api.respond("GET /v1/radiographs", RecordedResponse(status=404, body={}), worklist)
    page = doctor.get(f"/worklist?search={SEARCH}").text
    assert "That search is over" in page
    assert f'href="{PAGE}"' in page


def test_uploads_of_the_tab_come_back_by_their_ids(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    route = "GET /v1/radiographs/batch"
    api.respond(route, RecordedResponse(body={"radiographs": [film]}))
    rows = doctor.get(f"/uploads/rows?ids={RADIOGRAPH},{OLDER}", headers=HTMX).text
    assert f'href="{PAGE}?list=uploads"' in rows
    assert len(api.requests) == 1
    for ids in ("", "x", f"{RADIOGRAPH},", ",".join([f"{number:026}" for number in range(61)])):
        assert doctor.get(f"/uploads/rows?ids={ids}", headers=HTMX).status_code == 422
    assert len(api.requests) == 1
