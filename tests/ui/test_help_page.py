"""The help page has every text that the other pages show, and the keys; each error links to it."""

from html import unescape

import pytest
from flask.testing import FlaskClient

from contracts import file_texts, texts
from contracts.rejections import Rejection
from tests.ui.conftest import PAGE, Pages
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.keyboard import FIXED_KEYS, SHORTCUTS

LINK = 'href="/help#problems"'


def load(client: FlaskClient) -> str:
    return unescape(client.get("/help").text)


def test_every_decision_reason_and_caution_is_explained(doctor: FlaskClient) -> None:
    page = load(doctor)
    for sentence in (
        *texts.DECISIONS.values(),
        *texts.DECISION_MEANINGS.values(),
        *texts.CAUTIONS.values(),
        *file_texts.INSTEAD.values(),
    ):
        assert sentence in page
    for reason in texts.NOT_ASSESSED:
        assert texts.format_not_assessed(reason).partition(": ")[2][1:] in page


@pytest.mark.parametrize("reason", Rejection)
def test_every_rejection_is_listed(doctor: FlaskClient, reason: Rejection) -> None:
    first, _, rest = file_texts.REJECTIONS[reason].partition("{")
    assert first in load(doctor)
    assert rest.rpartition("}")[2] in load(doctor)


def test_the_keys_are_those_of_the_pages(doctor: FlaskClient) -> None:
    page = load(doctor)
    for shortcut in SHORTCUTS:
        assert f"<kbd>{shortcut.key.upper()}</kbd></dt><dd>{shortcut.label}</dd>" in page
    for fixed in FIXED_KEYS:
        # In the list of the page and in the dialog.
        assert page.count(f"<dd>{fixed.label}</dd>") == 2


def test_help_needs_neither_a_login_nor_the_api(visitor: FlaskClient, api: RecordedApi) -> None:
    page = visitor.get("/help")
    assert page.status_code == 200
    assert "What to do when something is wrong" in page.text
    assert api.requests == []


def test_each_error_links_to_the_help(doctor: FlaskClient, api: RecordedApi) -> None:
    assert LINK in doctor.get("/nowhere").text
    api.respond("GET /v1/radiographs", RecordedResponse(status=504, body=b"timeout"))
    assert LINK in doctor.get("/worklist", headers={"HX-Request": "true"}).text
    assert LINK in doctor.get(PAGE).text
    # The rows of uploads that were not sent.
    assert LINK in doctor.get("/").text


def test_a_rejected_film_links_to_the_files_that_are_accepted(pages: Pages) -> None:
    page = pages.load_unanswered(PAGE, state="rejected", rejection="empty")
    assert 'href="/help#files"' in page


def test_each_page_has_the_help_in_its_header(doctor: FlaskClient, visitor: FlaskClient) -> None:
    for page in (doctor.get("/worklist"), visitor.get("/login")):
        assert 'href="/help" title="Help"' in page.text
