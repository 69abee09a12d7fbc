"""Every page in every state that it may have to show."""

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from contracts import texts
from contracts.answers import Answer, Decision, NotAssessed
from contracts.rejections import Rejection
from tests.conftest import Golden
from tests.file_names import ODD_NAMES
from tests.ui.conftest import RADIOGRAPH, SUBJECT, Sign, form_token, log_in
from tests.ui.recorded import Given, Recorded
from ui.auth.session_keys import SessionKeys

PAGE = f"/radiographs/{RADIOGRAPH}"
HTMX = {"HX-Request": "true"}


class Shown:
    """The API's one radiograph, changed by a test, and the pages that show it."""

    def __init__(self, api: Recorded, doctor: FlaskClient, golden: Golden) -> None:
        self.fields: dict[str, Any] = golden("radiograph.json")
        self._api, self._doctor = api, doctor

    def on(self, address: str, **changes: Any) -> str:
        self.fields |= changes
        listed = {"radiographs": [self.fields], "cursor": None, "complete": True}
        self._api.give(f"GET /v1{PAGE}", Given(body=self.fields))
        self._api.give("GET /v1/radiographs", Given(body=listed))
        answer = self._doctor.get(address)
        assert answer.status_code == 200
        return " ".join(unescape(answer.text).split())

    def answered(self, address: str, **changes: Any) -> str:
        return self.on(address, answer=self.fields["answer"] | changes)

    def unanswered(self, address: str, **changes: Any) -> str:
        nothing = {"answer": None, "rendition_url": None, "thumbnail_url": None}
        return self.on(address, **nothing, attention_url=None, **changes)


@pytest.fixture
def shown(api: Recorded, doctor: FlaskClient, golden: Golden) -> Shown:
    return Shown(api, doctor, golden)


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("decision", [d for d in Decision if d is not Decision.NOT_ASSESSED])
def test_a_decision_has_its_words_its_shape_and_its_probability(
    shown: Shown, address: str, decision: Decision
) -> None:
    page = shown.answered(address, decision=decision)
    assert texts.DECISIONS[decision] in page
    assert f"shape-{decision}" in page
    assert f"said-{decision}" in page
    assert "87 %" in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("reason", NotAssessed)
def test_what_was_not_assessed_shows_why_and_no_probability(
    shown: Shown, address: str, reason: NotAssessed
) -> None:
    page = shown.answered(address, decision="not_assessed", reason=reason)
    headline, _, more = texts.NOT_ASSESSED[reason].partition(": ")
    assert f"<strong>{headline}</strong>" in page
    assert more[1:] in page
    assert "87 %" not in page
    assert "probability of" not in page
    assert "attention.png" not in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("reason", Rejection)
def test_a_rejection_says_what_to_do(shown: Shown, address: str, reason: Rejection) -> None:
    page = shown.unanswered(address, state="rejected", rejection=reason, rejection_detail="CT")
    assert texts.format_rejection(reason, "CT") in page
    assert "shape-rejected" in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("state", ["awaiting_upload", "received", "failed", "expired", "deleted"])
def test_an_unanswered_radiograph_says_its_state(shown: Shown, address: str, state: str) -> None:
    page = shown.unanswered(address, state=state)
    for sentence in texts.STATES[state].split(". "):  # type: ignore[index]
        assert sentence in page


def test_the_radiograph_page_says_all_that_an_answer_needs(shown: Shown, golden: Golden) -> None:
    page = shown.on(PAGE)
    answer = Answer.from_json(golden("answer.json"))
    assert texts.format_evidence(answer) in page
    assert texts.CAUTIONS[answer.cautions[0]] in page
    assert texts.DISCLAIMER in page
    for text in (
        "thorax.dcm",
        "default-0123abcd",
        "CPU model, 0.5 s",
        "1024 \u00d7 1024",
        "3 years",
    ):
        assert text in page
    for picture in ("rendition", "attention"):
        assert f'src="https://pictures.example/{picture}.png"' in page


def test_the_endpoint_is_named_when_it_answered(shown: Shown) -> None:
    assert "GPU endpoint" in shown.answered(PAGE, predictor="endpoint")


def test_reviews_are_shown_without_naming_a_colleague(shown: Shown) -> None:
    mine = {"at": "2026-11-23T08:02:00.000Z", "by": SUBJECT, "verdict": "agree", "note": "<b>"}
    page = shown.on(PAGE, reviews=[mine, mine | {"by": "another", "verdict": "disagree"}])
    assert "You agreed" in page
    assert "A colleague disagreed" in page
    assert "another" not in page


def test_a_note_is_never_markup(doctor: FlaskClient, shown: Shown) -> None:
    note = {"at": "2026-11-23T08:02:00.000Z", "by": "x", "verdict": "agree", "note": "<i>x</i>"}
    shown.on(PAGE, reviews=[note], file_name="<img src=x>.dcm")
    page = doctor.get(PAGE).text
    assert "&lt;i&gt;x&lt;/i&gt;" in page
    assert "<img src=x>" not in page


def test_a_review_is_sent_and_comes_back(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    api.give(f"POST /v1{PAGE}/reviews", Given(status=201, body=golden("radiograph.json")))
    sent = {"verdict": "agree", "note": " Right lower lobe. ", "csrf_token": form_token(doctor)}
    fragment = doctor.post(f"{PAGE}/reviews", data=sent, headers=HTMX)
    assert "You agreed" in fragment.text
    assert "<html" not in fragment.text
    assert api.asked[-1].json == {"verdict": "agree", "note": "Right lower lobe."}
    assert doctor.post(f"{PAGE}/reviews?filter=uncertain", data=sent).headers["Location"] == (
        f"{PAGE}?filter=uncertain"
    )


def test_a_verdict_that_is_none_is_not_understood(doctor: FlaskClient) -> None:
    sent = {"verdict": "maybe", "csrf_token": form_token(doctor)}
    assert doctor.post(f"{PAGE}/reviews", data=sent).status_code == 422


def test_administrators_do_not_review(
    doctor: FlaskClient, shown: Shown, sign: Sign, keys: SessionKeys
) -> None:
    groups = {"cognito:groups": ["siteNorth", "administrator"]}
    log_in(doctor, {"token": sign(**groups)}, keys)
    page = shown.on(PAGE)
    assert "Doctors review answers" in page
    assert 'name="verdict"' not in page


def test_the_neighbours_are_those_of_the_worklist(
    doctor: FlaskClient, api: Recorded, golden: Golden
) -> None:
    here = golden("radiograph.json")
    newer = [
        here | {"id": f"{n}" * 26, "created_at": f"2026-11-23T09:0{n}:00.000Z"} for n in (3, 2)
    ]
    older = here | {"id": "a" * 26, "created_at": "2026-11-23T07:00:00.000Z"}
    listed = {"radiographs": [*newer, older], "cursor": "x", "complete": True}
    api.give("GET /v1/radiographs", Given(body=listed))
    api.give(f"GET /v1{PAGE}", Given(body=here))
    page = doctor.get(f"{PAGE}?filter=to_review").text
    assert f'href="/radiographs/{"2" * 26}?filter=to_review" data-key="k"' in page
    assert f'href="/radiographs/{"a" * 26}?filter=to_review" data-key="j"' in page


def test_the_model_card_is_readable(doctor: FlaskClient, api: Recorded) -> None:
    card = {
        "model_version": "v-1",
        "operating_point": {"threshold": 0.5, "band": [0.4, 0.6], "rule": "A rule."},
        "metrics": {"validation": {"auc": 0.99}, "test_half": {"auc": 0.955, "radiographs": 312}},
        "validation": {"reliability": [{"low": 0, "high": 1, "radiographs": 9, "pneumonia": 3}]},
        "intended_use": {"sentence": "For children."},
    }
    api.give("GET /v1/model", Given(body=card))
    page = doctor.get("/model").text
    for text in ("v-1", "For children.", "A rule.", "0.955", "312 X-rays", "33 %"):
        assert text in page


def test_a_card_with_nothing_but_a_version_is_shown(doctor: FlaskClient) -> None:
    assert "default-0123abcd" in doctor.get("/model").text


def test_the_footer_names_the_model_that_answers(doctor: FlaskClient) -> None:
    page = doctor.get("/").text
    assert texts.DISCLAIMER in page
    assert "Model default-0123abcd" in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_file_name_is_shown_as_it_is_and_does_nothing(
    shown: Shown, doctor: FlaskClient, address: str, name: str
) -> None:
    """Escaped, and kept from turning round what stands beside it."""
    shown.on(address, file_name=name)
    page = doctor.get(address).text
    assert f"<bdi>{escape(name)}</bdi>" in page
    assert "<script>alert" not in page
    assert "onerror=alert(1)>" not in page
