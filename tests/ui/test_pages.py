"""The radiograph page and the worklist show every state, decision and reason."""

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from contracts import evidence_texts, file_texts, texts
from contracts.answers import Answer, Caution, Decision, NotAssessed
from contracts.record import State
from contracts.rejections import Rejection
from contracts.serialisation import parse
from tests.conftest import Golden
from tests.file_names import UNUSUAL_FILE_NAMES
from tests.ui.conftest import PAGE, Pages


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
    assert detail[1:].replace("or {population}", "or children") in page
    assert "87 %" not in page
    assert "probability of" not in page
    assert "attention.png" not in page


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
@pytest.mark.parametrize("reason", Rejection)
def test_a_rejection_says_what_to_do(pages: Pages, address: str, reason: Rejection) -> None:
    page = pages.load_unanswered(address, state="rejected", rejection=reason, rejection_detail="CT")
    assert file_texts.format_rejection(reason, "CT") in page
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
    assert evidence_texts.format_evidence(answer) in page
    assert texts.CAUTIONS[answer.cautions[0]] in page
    assert "It marks a region, not a diagnosis." in page
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


def test_evidence_outside_the_lungs_is_warned_of(pages: Pages) -> None:
    for address in (PAGE, "/worklist"):
        page = pages.load_answered(address, cautions=["outside_lungs"])
        assert texts.CAUTIONS[Caution.OUTSIDE_LUNGS] in page


def test_the_endpoint_is_named_when_it_answered(pages: Pages) -> None:
    assert "GPU endpoint" in pages.load_answered(PAGE, predictor="endpoint")


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


@pytest.mark.parametrize("address", [PAGE, "/worklist"])
def test_no_title_names_a_patient(pages: Pages, address: str) -> None:
    """The browser's history keeps the titles of pages after the logout."""
    page = pages.load(address, file_name="Anna Zwyrtalski.png")
    assert "Anna" in page
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.endswith("Chest X-ray screening")
    assert "Anna" not in title
