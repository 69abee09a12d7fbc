"""Reviews of colleagues: their names, whether doctors differ, and who settles it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, Pages, SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from tests.ui.test_reviews import HTMX, REVIEW
from ui.auth.session_keys import SessionKeys

ADMINISTRATOR: dict[str, Any] = {"cognito:groups": ["siteNorth", "administrator"]}
OWN: dict[str, Any] = REVIEW
COLLEAGUE = OWN | {
    "review_id": "another-review",
    "by": "another",
    "finding": "no_pneumonia",
    "verdict": "disagree",
    "reviewer": "Ben <b>Süd",
    "settles": [],
}
OTHERS = [COLLEAGUE, COLLEAGUE | {"by": "third", "finding": "pneumonia"}]


def read_reviews(page: str) -> str:
    return page.partition('id="reviews"')[2].partition("</section>")[0]


def test_reviews_are_shown_with_the_names_of_colleagues(pages: Pages) -> None:
    page = pages.load(PAGE, reviews=[OWN, COLLEAGUE])
    assert "You: pneumonia, as the answer" in page
    assert "\u2068Ben <b>Süd\u2069: no pneumonia, unlike the answer" in page


def test_a_review_of_an_earlier_release_is_of_a_colleague(pages: Pages) -> None:
    page = pages.load(PAGE, reviews=[COLLEAGUE | {"reviewer": ""}])
    assert "A colleague: no pneumonia" in page
    assert "another" not in read_reviews(page).replace("another-review", "")


def test_an_adjudication_names_its_doctor(pages: Pages) -> None:
    page = pages.load(PAGE, reviews=[COLLEAGUE | {"settles": ["a", "b"]}])
    assert "Adjudicated by \u2068Ben <b>Süd\u2069: no pneumonia" in page
    page = pages.load(PAGE, reviews=[OWN | {"settles": ["a", "b"]}])
    assert "Adjudicated by you: pneumonia" in page


@pytest.mark.parametrize(
    ("own", "text", "settles"),
    [
        ([], "Your finding settles it.", True),
        ([OWN], "A third doctor or an administrator settles it.", False),
    ],
)
def test_a_doctor_without_a_side_settles(
    pages: Pages, own: list[dict[str, Any]], text: str, settles: bool
) -> None:
    reviews = read_reviews(pages.load(PAGE, reviews=[*OTHERS, *own], is_differing=True))
    assert text in reviews
    assert ('name="settles"' in reviews) == settles


def test_an_administrator_settles_by_a_finding_that_takes_a_side(
    doctor: FlaskClient, pages: Pages, sign_token: SignToken, keys: SessionKeys
) -> None:
    log_in(doctor, {"token": sign_token(**ADMINISTRATOR)}, keys)
    reviews = read_reviews(pages.load(PAGE, reviews=OTHERS, is_differing=True))
    assert reviews.count('name="finding"') == 3
    assert "Cannot tell" not in reviews


@pytest.mark.parametrize(("finding", "settles"), [("pneumonia", True), ("cannot_tell", None)])
def test_a_finding_that_takes_a_side_is_sent_as_settling(
    doctor: FlaskClient, api: RecordedApi, golden: Golden, finding: str, settles: bool | None
) -> None:
    body = golden("radiograph.json")
    api.respond(f"POST /v1{PAGE}/reviews", RecordedResponse(status=201, body=body))
    data = {"finding": finding, "settles": "yes", "csrf_token": read_form_token(doctor)}
    doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX)
    assert api.requests[-1].json.get("settles") is settles


def test_an_open_page_asks_for_the_reviews_alone(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    views = {"radiographs": [golden("radiograph.json") | {"reviews": [OWN, COLLEAGUE]}]}
    api.respond("GET /v1/radiographs/batch", RecordedResponse(body=views))
    response = doctor.get(f"{PAGE}/reviews", headers=HTMX)
    assert "Ben &lt;b&gt;Süd" in response.text
    assert "<textarea" not in response.text
    assert "Set-Cookie" not in response.headers
    # The API reads Redis alone for what is named here.
    assert f"screening={PAGE.rpartition('/')[2]}" in api.requests[-1].path
    api.respond("GET /v1/radiographs/batch", RecordedResponse(body={"radiographs": []}))
    assert doctor.get(f"{PAGE}/reviews", headers=HTMX).status_code == 404
