"""Doctors review answers on the page of a radiograph, each review once."""

import pytest
from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, SUBJECT, Pages, SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys

HTMX = {"HX-Request": "true"}
REVIEW = {
    "review_id": "nrsgm2tinzxgemzxw6ytboi4ds",
    "at": "2026-11-23T08:02:00.000Z",
    "by": SUBJECT,
    "finding": "pneumonia",
    "verdict": "agree",
    "note": "",
}


def test_another_finding_asks_what_it_is(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=golden("radiograph.json")))
    data = {"finding": "other", "note": " ", "csrf_token": read_form_token(doctor)}
    fragment = doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX).text
    assert "What is it? Write it in the note" in fragment
    assert "autofocus" in fragment
    refused = doctor.post(f"{PAGE}/reviews", data=data)
    assert (refused.status_code, "What is it?" in refused.text) == (422, True)
    assert "POST" not in [each.method for each in api.requests]


@pytest.mark.parametrize(("decision", "reason"), [("uncertain", None), ("not_assessed", "quality")])
def test_a_film_without_a_clear_answer_can_be_labelled(
    pages: Pages, decision: str, reason: str | None
) -> None:
    page = pages.load_answered(PAGE, decision=decision, reason=reason)
    for finding in ("pneumonia", "no_pneumonia", "cannot_tell", "other"):
        assert f'id="finding-{finding}"' in page


def test_a_review_of_an_earlier_release_is_shown(pages: Pages) -> None:
    """It states a verdict and no finding."""
    assert "You agreed" in pages.load(PAGE, reviews=[REVIEW | {"finding": None}])


def test_a_note_is_never_markup(doctor: FlaskClient, pages: Pages) -> None:
    pages.load(PAGE, reviews=[REVIEW | {"note": "<i>x</i>"}], file_name="<img src=x>.dcm")
    page = doctor.get(PAGE).text
    assert "&lt;i&gt;x&lt;/i&gt;" in page
    assert "<img src=x>" not in page


def test_a_review_is_sent_and_comes_back(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    api.respond(
        f"POST /v1{PAGE}/reviews", RecordedResponse(status=201, body=golden("radiograph.json"))
    )
    data = {
        "finding": "pneumonia",
        "note": " Right lower lobe. ",
        "idempotency_key": "k2",
        "csrf_token": read_form_token(doctor),
    }
    fragment = doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX).text
    assert "You: pneumonia, as the answer" in fragment
    assert 'id="live-region" hx-swap-oob="innerHTML">Stored. You: pneumonia' in fragment
    assert "<html" not in fragment
    assert api.requests[-1].json == {"finding": "pneumonia", "note": "Right lower lobe."}
    assert api.requests[-1].headers["idempotency-key"] == "k2"
    redirect = doctor.post(f"{PAGE}/reviews?filter=uncertain", data=data)
    assert redirect.headers["Location"] == f"{PAGE}?undo={REVIEW['review_id']}&filter=uncertain"


def test_each_review_form_has_a_key_of_its_own(pages: Pages) -> None:
    keys = {
        pages.load(PAGE).partition('name="idempotency_key" value="')[2].partition('"')[0]
        for _ in range(2)
    }
    assert len(keys) == 2 and all(keys)


def test_a_form_of_an_earlier_release_gets_a_key(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    view = RecordedResponse(status=201, body=golden("radiograph.json"))
    api.respond(f"POST /v1{PAGE}/reviews", view)
    data = {"finding": "pneumonia", "csrf_token": read_form_token(doctor)}
    assert doctor.post(f"{PAGE}/reviews", data=data).status_code == 302
    assert api.requests[-1].headers["idempotency-key"]


def test_a_finding_that_is_none_is_not_understood(doctor: FlaskClient) -> None:
    data = {"finding": "maybe", "csrf_token": read_form_token(doctor)}
    assert doctor.post(f"{PAGE}/reviews", data=data).status_code == 422


def test_administrators_do_not_review(
    doctor: FlaskClient, pages: Pages, sign_token: SignToken, keys: SessionKeys
) -> None:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(doctor, {"token": sign_token(**groups)}, keys)
    page = pages.load(PAGE)
    assert "Doctors review answers" in page
    assert 'name="finding"' not in page


def read_reviews(page: str) -> str:
    return page.partition('id="reviews"')[2].partition("</section>")[0]


def test_undo_is_offered_for_a_review_that_was_stored_just_now(pages: Pages) -> None:
    assert "Undo" not in read_reviews(pages.load(PAGE, reviews=[REVIEW]))
    assert "Undo" in read_reviews(pages.load(f"{PAGE}?undo={REVIEW['review_id']}"))
    assert "Undo" not in read_reviews(pages.load(f"{PAGE}?undo=another"))


@pytest.mark.parametrize(("status", "text"), [(201, "Stored."), (200, "Stored before.")])
def test_a_review_that_was_stored_before_has_no_undo(
    doctor: FlaskClient, api: RecordedApi, golden: Golden, status: int, text: str
) -> None:
    body = golden("radiograph.json")
    api.respond(f"POST /v1{PAGE}/reviews", RecordedResponse(status=status, body=body))
    data = {"finding": "pneumonia", "csrf_token": read_form_token(doctor)}
    fragment = doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX).text
    assert f">{text} You" in fragment
    assert ("data-undo" in fragment) == (status == 201)


def test_a_withdrawal_is_sent_and_announced(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    body = golden("radiograph.json") | {"reviews": []}
    api.respond(f"POST /v1{PAGE}/withdrawals", RecordedResponse(body=body))
    data = {"review_id": "a-review", "csrf_token": read_form_token(doctor)}
    fragment = doctor.post(f"{PAGE}/withdrawals", data=data, headers=HTMX).text
    assert ">The review is withdrawn.<" in fragment
    assert api.requests[-1].json == {"review_id": "a-review"}
    assert doctor.post(f"{PAGE}/withdrawals", data=data).headers["Location"] == PAGE


def test_the_form_marks_the_own_finding_and_holds_its_note(pages: Pages) -> None:
    page = pages.load(PAGE, reviews=[REVIEW | {"note": "Left."}])
    assert 'data-shortcut="pneumonia" aria-pressed="true">Pneumonia' in page
    assert ">Left.</textarea>" in page
