"""Doctors review answers on the page of a radiograph, each review once."""

from flask.testing import FlaskClient

from tests.conftest import Golden
from tests.ui.conftest import PAGE, SUBJECT, Pages, SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys

HTMX = {"HX-Request": "true"}


def test_reviews_are_shown_without_naming_a_colleague(pages: Pages) -> None:
    own = {"at": "2026-11-23T08:02:00.000Z", "by": SUBJECT, "verdict": "agree", "note": "<b>"}
    page = pages.load(PAGE, reviews=[own, own | {"by": "another", "verdict": "disagree"}])
    assert "You agreed" in page
    assert "A colleague disagreed" in page
    assert "another" not in page


def test_a_note_is_never_markup(doctor: FlaskClient, pages: Pages) -> None:
    note = {"at": "2026-11-23T08:02:00.000Z", "by": "x", "verdict": "agree", "note": "<i>x</i>"}
    pages.load(PAGE, reviews=[note], file_name="<img src=x>.dcm")
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
        "verdict": "agree",
        "note": " Right lower lobe. ",
        "idempotency_key": "k2",
        "csrf_token": read_form_token(doctor),
    }
    fragment = doctor.post(f"{PAGE}/reviews", data=data, headers=HTMX).text
    assert "You agreed" in fragment
    assert "<html" not in fragment
    assert api.requests[-1].json == {"verdict": "agree", "note": "Right lower lobe."}
    assert api.requests[-1].headers["idempotency-key"] == "k2"
    redirect = doctor.post(f"{PAGE}/reviews?filter=uncertain", data=data)
    assert redirect.headers["Location"] == f"{PAGE}?filter=uncertain"


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
    data = {"verdict": "agree", "csrf_token": read_form_token(doctor)}
    assert doctor.post(f"{PAGE}/reviews", data=data).status_code == 302
    assert api.requests[-1].headers["idempotency-key"]


def test_a_verdict_that_is_none_is_not_understood(doctor: FlaskClient) -> None:
    data = {"verdict": "maybe", "csrf_token": read_form_token(doctor)}
    assert doctor.post(f"{PAGE}/reviews", data=data).status_code == 422


def test_administrators_do_not_review(
    doctor: FlaskClient, pages: Pages, sign_token: SignToken, keys: SessionKeys
) -> None:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(doctor, {"token": sign_token(**groups)}, keys)
    page = pages.load(PAGE)
    assert "Doctors review answers" in page
    assert 'name="verdict"' not in page
