"""The radiograph page and the worklist show every state, decision and reason."""

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from contracts import texts
from contracts.answers import Answer, Decision, NotAssessed
from contracts.record import State
from contracts.rejections import Rejection
from contracts.serialisation import parse
from tests.conftest import Golden
from tests.file_names import UNUSUAL_FILE_NAMES
from tests.ui.conftest import RADIOGRAPH, SUBJECT, SignToken, log_in, read_form_token
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.auth.session_keys import SessionKeys

PAGE = f"/radiographs/{RADIOGRAPH}"
HTMX = {"HX-Request": "true"}


class Pages:
    """Pages that show one radiograph of the API, whose fields a test may change."""

    def __init__(self, api: RecordedApi, doctor: FlaskClient, golden: Golden) -> None:
        self.fields: dict[str, Any] = golden("radiograph.json")
        self._api, self._doctor = api, doctor

    def load(self, address: str, **changes: Any) -> str:
        """The text of a page, without entities and with single spaces."""
        self.fields |= changes
        worklist = {"radiographs": [self.fields], "cursor": None, "complete": True}
        self._api.respond(f"GET /v1{PAGE}", RecordedResponse(body=self.fields))
        self._api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
        response = self._doctor.get(address)
        assert response.status_code == 200
        return " ".join(unescape(response.text).split())

    def load_answered(self, address: str, **changes: Any) -> str:
        return self.load(address, answer=self.fields["answer"] | changes)

    def load_unanswered(self, address: str, **changes: Any) -> str:
        urls = {"rendition_url": None, "thumbnail_url": None, "attention_url": None}
        return self.load(address, answer=None, **urls, **changes)


@pytest.fixture
def pages(api: RecordedApi, doctor: FlaskClient, golden: Golden) -> Pages:
    return Pages(api, doctor, golden)


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("decision", [d for d in Decision if d is not Decision.NOT_ASSESSED])
def test_a_decision_has_its_words_its_shape_and_its_probability(
    pages: Pages, address: str, decision: Decision
) -> None:
    page = pages.load_answered(address, decision=decision)
    assert texts.DECISIONS[decision] in page
    assert f"status-icon-{decision}" in page
    assert f'class="status status-{decision}"' in page
    assert "87 %" in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("reason", NotAssessed)
def test_what_was_not_assessed_shows_why_and_no_probability(
    pages: Pages, address: str, reason: NotAssessed
) -> None:
    page = pages.load_answered(address, decision="not_assessed", reason=reason)
    headline, _, detail = texts.NOT_ASSESSED[reason].partition(": ")
    assert f"<strong>{headline}</strong>" in page
    assert detail[1:] in page
    assert "87 %" not in page
    assert "probability of" not in page
    assert "attention.png" not in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("reason", Rejection)
def test_a_rejection_says_what_to_do(pages: Pages, address: str, reason: Rejection) -> None:
    page = pages.load_unanswered(address, state="rejected", rejection=reason, rejection_detail="CT")
    assert texts.format_rejection(reason, "CT") in page
    assert "status-icon-rejected" in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("state", texts.STATES)
def test_an_unanswered_radiograph_says_its_state(pages: Pages, address: str, state: State) -> None:
    page = pages.load_unanswered(address, state=state)
    for sentence in texts.STATES[state].split(". "):
        assert sentence in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_a_decision_of_a_later_release_is_not_shown_as_an_answer(
    pages: Pages, address: str
) -> None:
    page = pages.load_answered(address, decision="bacterial", predictor="tpu")
    assert "Cannot be shown" in page and "(bacterial)" in page and "tpu" in page
    assert "status-icon-unreadable" in page
    assert "87 %" not in page
    assert "attention.png" not in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_other_values_of_a_later_release_are_named(pages: Pages, address: str) -> None:
    assert "(implant)" in pages.load_answered(address, cautions=["implant"])
    assert "(moved)" in pages.load_answered(address, decision="not_assessed", reason="moved")
    assert "(zip_bomb)" in pages.load_unanswered(address, state="rejected", rejection="zip_bomb")


def test_a_field_of_a_later_release_is_ignored(pages: Pages) -> None:
    assert "87 %" in pages.load(PAGE, second_opinion={"by": "somebody"})


def test_a_radiograph_whose_name_cannot_be_read_has_a_link(pages: Pages) -> None:
    page = pages.load_unanswered("/worklist", state="unreadable", file_name="")
    assert ">Unnamed file</bdi></a>" in page


def test_the_radiograph_page_says_all_that_an_answer_needs(pages: Pages, golden: Golden) -> None:
    page = pages.load(PAGE)
    answer = parse(Answer, golden("answer.json"))
    assert texts.format_evidence(answer) in page
    assert texts.CAUTIONS[answer.cautions[0]] in page
    assert texts.DISCLAIMER in page
    for text in (
        "thorax.dcm",
        "default-0123abcd",
        "Analysed by",
        "CPU model, 0.5 s",
        "1024 \u00d7 1024",
        "3 years",
    ):
        assert text in page
    for image in ("rendition", "attention"):
        assert f'src="https://pictures.example/{image}.png"' in page


def test_the_endpoint_is_named_when_it_answered(pages: Pages) -> None:
    assert "GPU endpoint" in pages.load_answered(PAGE, predictor="endpoint")


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


def test_the_neighbours_are_those_of_the_worklist(
    doctor: FlaskClient, api: RecordedApi, golden: Golden
) -> None:
    current = golden("radiograph.json")
    newer = [
        current | {"id": f"{n}" * 26, "created_at": f"2026-11-23T09:0{n}:00.000Z"} for n in (3, 2)
    ]
    older = current | {"id": "a" * 26, "created_at": "2026-11-23T07:00:00.000Z"}
    worklist = {"radiographs": [*newer, older], "cursor": "x", "complete": True}
    api.respond("GET /v1/radiographs", RecordedResponse(body=worklist))
    api.respond(f"GET /v1{PAGE}", RecordedResponse(body=current))
    page = doctor.get(f"{PAGE}?filter=to_review").text
    assert f'href="/radiographs/{"2" * 26}?filter=to_review" data-shortcut="k"' in page
    assert f'href="/radiographs/{"a" * 26}?filter=to_review" data-shortcut="j"' in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("name", UNUSUAL_FILE_NAMES)
def test_an_odd_file_name_is_shown_as_it_is_and_does_nothing(
    pages: Pages, doctor: FlaskClient, address: str, name: str
) -> None:
    """It is escaped, and its direction marks do not affect the text beside it."""
    pages.load(address, file_name=name)
    page = doctor.get(address).text
    assert f"<bdi>{escape(name)}</bdi>" in page
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page
