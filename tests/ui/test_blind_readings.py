"""The page asks for the reading before it shows the answer of a film of the blind sample."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, SUBJECT, Pages, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse

HTMX = {"HX-Request": "true"}
OUTCOME = {
    "at": "2026-11-29T08:00:00.000Z",
    "by": "operator",
    "finding": "no_pneumonia",
    "source": "ct",
    "observed_on": "2026-11-25",
}
HIDDEN: dict[str, Any] = {
    "answer": None,
    "attention_url": None,
    "reviews": [],
    "is_blind_sample": True,
    "is_answer_hidden": True,
}
SHOW = "Show the answer without a reading"


@pytest.fixture
def read_film(golden: Golden) -> dict[str, Any]:
    """The film after the doctor's blind reading."""
    film: dict[str, Any] = golden("radiograph.json") | {"is_blind_sample": True}
    film["reviews"][0] |= {"is_blind": True, "by": SUBJECT}
    return film


def test_the_page_asks_for_a_finding_and_shows_no_answer(pages: Pages) -> None:
    page = pages.load(PAGE, **HIDDEN)
    for text in ("Blind reading", "Your finding, before the answer", SHOW, "Other, not pneumonia"):
        assert text in page
    for text in (
        "Pneumonia detected",
        "87 %",
        "data-saliency-map",
        "Report (PDF)",
        "as the answer",
    ):
        assert text not in page
    assert "Then open the next film" not in page
    assert "Store the age" in page


def test_the_page_of_another_film_does_not_ask(pages: Pages) -> None:
    page = pages.load(PAGE)
    assert (SHOW in page, "Blind reading" in page) == (False, False)


def test_the_page_shows_what_became_known_later(pages: Pages) -> None:
    page = pages.load(PAGE, outcomes=[OUTCOME, OUTCOME | {"source": "of_later"}])
    assert "What became known later" in page
    assert "CT: no pneumonia, unlike the answer <span" in page and "25 Nov 2026" in page
    assert "A source of a newer version (of_later): no pneumonia" in page
    assert "What became known later" not in pages.load(PAGE, outcomes=[])


def test_a_row_shows_a_blind_reading_in_place_of_the_answer(pages: Pages) -> None:
    row = pages.load("/worklist?filter=to_review", **HIDDEN)
    for text in ("Blind reading", "The answer is shown after your finding.", "waits"):
        assert text in row
    assert "87 %" not in row
    # A colleague may have reviewed it: elsewhere nothing says that it waits.
    assert "data-waits" not in pages.load("/worklist")


def test_the_answer_comes_with_a_new_page_after_the_reading(
    doctor: FlaskClient, api: RecordedApi, read_film: dict[str, Any]
) -> None:
    api.respond(f"POST /v1{PAGE}/reviews", RecordedResponse(status=201, body=read_film))
    token = read_form_token(doctor)
    data = {"finding": "pneumonia", "is_answer_hidden": "yes", "csrf_token": token}
    address = f"{PAGE}?undo={read_film['reviews'][0]['review_id']}&filter=to_review"
    stored = doctor.post(f"{PAGE}/reviews?filter=to_review", data=data, headers=HTMX)
    assert (stored.headers["HX-Redirect"], stored.text) == (address, "")
    assert doctor.post(f"{PAGE}/reviews?filter=to_review", data=data).headers["Location"] == address


def test_the_answer_comes_also_where_the_first_response_was_lost(
    doctor: FlaskClient, api: RecordedApi, pages: Pages, read_film: dict[str, Any]
) -> None:
    assert 'name="is_answer_hidden"' in pages.load(PAGE, **HIDDEN)
    api.respond(f"POST /v1{PAGE}/reviews", RecordedResponse(status=200, body=read_film))
    token = read_form_token(doctor)
    data = {"finding": "pneumonia", "is_answer_hidden": "yes", "csrf_token": token}
    stored = doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX)
    assert stored.headers["HX-Redirect"] == PAGE


def test_a_finding_that_needs_words_keeps_the_answer_hidden(
    doctor: FlaskClient, pages: Pages
) -> None:
    pages.load(PAGE, **HIDDEN)
    data = {"finding": "other", "note": "", "csrf_token": read_form_token(doctor)}
    fragment = doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX).text
    assert ("What is it?" in fragment, SHOW in fragment) == (True, True)


def test_the_answer_is_shown_without_a_reading(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    api.respond(f"POST /v1{PAGE}/answer", RecordedResponse(body=golden("radiograph.json")))
    data = {"csrf_token": read_form_token(doctor)}
    response = doctor.post(f"{PAGE}/answer?filter=to_review", data=data)
    assert response.headers["Location"] == f"{PAGE}?filter=to_review"
    assert (api.requests[-1].method, api.requests[-1].path) == ("POST", f"/v1{PAGE}/answer")


def test_a_blind_review_is_marked_in_the_list(pages: Pages, read_film: dict[str, Any]) -> None:
    assert "before the answer was shown" in pages.load(PAGE, **read_film)
