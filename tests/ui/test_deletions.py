"""An administrator deletes a film in two steps; lists and its page then say so."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.deletion_texts import REASONS
from tests.conftest import Golden
from tests.ui.conftest import PAGE, RADIOGRAPH, SUBJECT, UNANSWERED, Pages
from tests.ui.recorded_api import RecordedApi, RecordedResponse

ADDRESS = f"{PAGE}/deletion"
# What is left of it has no other values.
DELETED: dict[str, Any] = {
    **UNANSWERED,
    **dict.fromkeys(("answered_at", "bytes", "seconds", "age_years", "original_url")),
    **dict.fromkeys(("file_format", "rows", "columns", "view", "laterality", "patient")),
    "burned_in_annotation": None,
    "is_age_corrected": False,
    "is_differing": False,
    "state": "deleted",
    "file_name": "",
    "reviews": [],
    "deletion": {"at": "2026-11-29T10:20:00.000Z", "by": "0b5d9a53", "reason": "duplicate"},
}


@pytest.fixture
def film(api: RecordedApi, golden: Golden) -> dict[str, Any]:
    view: dict[str, Any] = golden("radiograph.json")
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=view))
    api.respond(f"POST /v1{ADDRESS}", RecordedResponse(status=202, body=view | DELETED))
    return view


def load(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.text.split())


def form_token(page: str) -> str:
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_the_first_step_asks_for_a_reason_of_the_list(
    site_administrator: FlaskClient, film: dict[str, Any]
) -> None:
    page = load(site_administrator, f"{ADDRESS}?filter=to_review")
    assert [reason for reason in REASONS if f'name="reason" value="{reason}"' in page] == [*REASONS]
    assert 'name="filter" value="to_review"' in page and "Nothing is deleted yet" in page
    assert 'method="post" action="/radiographs' not in page


def test_the_second_step_names_film_and_reason(
    site_administrator: FlaskClient, film: dict[str, Any]
) -> None:
    page = load(site_administrator, f"{ADDRESS}?reason=wrong_patient")
    assert "Delete “<bdi>thorax.dcm</bdi>”</span></button>" in page
    assert "<strong>it is another patient&#39;s film</strong>" in page
    assert "This cannot be undone." in page


def test_the_steps_before_open_the_film_and_delete_nothing(
    site_administrator: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    """They show its patient: who reads it ahead of time leaves no entry in the audit trail."""
    load(site_administrator, f"{ADDRESS}?reason=duplicate")
    requests = [(each.method, each.path) for each in api.requests if PAGE in each.path]
    assert requests == [("GET", f"/v1{PAGE}")]


def test_a_doctor_gets_no_form_and_opens_nothing(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    assert doctor.get(ADDRESS).status_code == 403
    form = {"csrf_token": form_token(doctor.get("/upload").text), "reason": "duplicate"}
    assert doctor.post(ADDRESS, data=form).status_code == 403
    assert not [each for each in api.requests if PAGE in each.path]


def test_the_last_step_deletes_and_returns_to_the_page_of_the_film(
    site_administrator: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    token = form_token(load(site_administrator, f"{ADDRESS}?reason=test_file"))
    form = {"csrf_token": token, "reason": "test_file"}
    response = site_administrator.post(ADDRESS, data=form)
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    [sent] = [each for each in api.requests if each.method == "POST"]
    assert sent.json == {"reason": "test_file"}


@pytest.mark.parametrize("reason", ["", "because"])
def test_another_reason_is_refused(
    site_administrator: FlaskClient, api: RecordedApi, film: dict[str, Any], reason: str
) -> None:
    token = form_token(load(site_administrator, f"{ADDRESS}?reason=test_file"))
    form = {"csrf_token": token, "reason": reason}
    response = site_administrator.post(ADDRESS, data=form)
    assert response.status_code == 422 and "one of the reasons" in response.text
    assert not [each for each in api.requests if each.method == "POST"]


def test_the_page_of_a_deleted_film_says_who_when_and_why(pages: Pages) -> None:
    page = pages.load(PAGE, **DELETED)
    assert "On 29 Nov 2026, 10:20:00 UTC by an administrator: it is there twice." in page
    assert "<h1>Deleted X-ray</h1>" in page
    assert "Audit trail" not in page and 'name="finding"' not in page


def test_a_page_that_polls_gets_the_trace_in_its_place(
    doctor: FlaskClient, api: RecordedApi, film: dict[str, Any]
) -> None:
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=film | DELETED))
    page = doctor.get(f"{PAGE}?polls=3", headers={"HX-Request": "true"}).text
    assert 'id="radiograph"' in page and "<html" not in page and "hx-get" not in page


@pytest.mark.parametrize(("has_files_left", "text"), [(True, "Go on with"), (False, "None of its")])
def test_an_administrator_sees_whether_files_are_left(
    site_administrator: FlaskClient,
    api: RecordedApi,
    film: dict[str, Any],
    has_files_left: bool,
    text: str,
) -> None:
    deletion = {**DELETED["deletion"], "by": SUBJECT}
    fields = film | DELETED | {"has_files_left": has_files_left, "deletion": deletion}
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=fields))
    for address in (PAGE, ADDRESS, f"{ADDRESS}?reason=duplicate"):
        page = load(site_administrator, address)
        assert text in page and "UTC by you: it is there twice." in page


def test_the_row_of_a_deleted_film_says_so(pages: Pages) -> None:
    page = pages.load("/worklist", **DELETED)
    row = page.partition(f'id="row-{RADIOGRAPH}"')[2].partition("</li>")[0]
    assert "Deleted X-ray" in row and "by an administrator: it is there twice." in row
    assert not [text for text in (" MB", "Age ", "years", "eviewed", "differ") if text in row]


def test_an_operator_gives_no_reason(pages: Pages) -> None:
    deletion = {"at": "2026-11-29T10:20:00.000Z", "by": "AIDA2EXAMPLE", "reason": None}
    assert "UTC by an operator</span>" in pages.load(PAGE, **DELETED | {"deletion": deletion})


def test_only_an_administrator_has_the_link(
    pages: Pages, doctor: FlaskClient, site_administrator: FlaskClient
) -> None:
    assert ADDRESS not in pages.load(PAGE)
    assert f'href="{ADDRESS}"' in site_administrator.get(PAGE).text
