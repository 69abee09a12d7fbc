"""A page asks until the state lasts, and then no more."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts import texts
from contracts.api import RadiographView
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH
from tests.ui.recorded import Given, Recorded
from ui.polling import Waiting

STATE = f"/radiographs/{RADIOGRAPH}/state"
HTMX = {"HX-Request": "true"}
UNANSWERED = {
    "answer": None,
    "rendition_url": None,
    "thumbnail_url": None,
    "attention_url": None,
}


@pytest.fixture
def gives(api: Recorded, golden: Golden) -> Any:
    def give(**changes: Any) -> None:
        unanswered = {} if changes.get("state", "screened") == "screened" else UNANSWERED
        fields = golden("radiograph.json") | unanswered | changes
        api.give(f"GET /v1/radiographs/{RADIOGRAPH}", Given(body=fields))

    return give


def test_the_first_question_waits_for_the_answer(
    doctor: FlaskClient, api: Recorded, gives: Any
) -> None:
    gives()
    doctor.get(f"{STATE}?asked=0&sent=1", headers=HTMX)
    doctor.get(f"{STATE}?asked=1&sent=1", headers=HTMX)
    assert [asked.path.partition("?")[2] for asked in api.asked] == ["wait=2", "wait=0"]


@pytest.mark.parametrize("state", ["screened", "rejected", "expired", "deleted"])
def test_a_state_that_lasts_comes_back_without_its_trigger(
    doctor: FlaskClient, gives: Any, state: str
) -> None:
    gives(state=state, rejection="empty" if state == "rejected" else None)
    fragment = doctor.get(f"{STATE}?asked=1", headers=HTMX).text
    assert f'id="row-{RADIOGRAPH}"' in fragment
    assert "hx-trigger" not in fragment
    assert 'id="announcer"' in fragment


@pytest.mark.parametrize(
    ("state", "every"), [("received", 1), ("awaiting_upload", 5), ("failed", 15)]
)
def test_an_unfinished_state_asks_again(
    doctor: FlaskClient, gives: Any, state: str, every: int
) -> None:
    gives(state=state)
    fragment = doctor.get(f"{STATE}?asked=1", headers=HTMX).text
    assert f'hx-trigger="every {every}s"' in fragment
    assert f'hx-get="{STATE}?asked=2"' in fragment
    assert 'id="announcer"' not in fragment


def test_a_file_that_this_page_has_sent_is_being_screened(doctor: FlaskClient, gives: Any) -> None:
    gives(state="awaiting_upload")
    fragment = doctor.get(f"{STATE}?asked=0&sent=1", headers=HTMX).text
    assert texts.STATES["received"] in fragment  # type: ignore[index]
    assert 'hx-trigger="every 1s"' in fragment


def test_after_five_seconds_it_is_slower_than_usual(doctor: FlaskClient, gives: Any) -> None:
    gives(state="received")
    # Two seconds for the first question, one for each of the next three.
    assert texts.SLOW not in doctor.get(f"{STATE}?asked=2", headers=HTMX).text
    assert texts.SLOW in doctor.get(f"{STATE}?asked=3", headers=HTMX).text


def test_a_page_that_waits_for_long_asks_less_often(golden: Golden) -> None:
    fields = golden("radiograph.json") | UNANSWERED | {"state": "received"}
    view = RadiographView.from_json(fields)
    assert Waiting(asked=5).interval(view) == 1
    assert Waiting(asked=500).interval(view) == 5


def test_the_radiograph_page_asks_for_itself_and_refreshes_without_scripts(
    doctor: FlaskClient, gives: Any
) -> None:
    gives(state="received")
    page = doctor.get(f"/radiographs/{RADIOGRAPH}").text
    assert f'hx-get="/radiographs/{RADIOGRAPH}?asked=1"' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    gives()
    fragment = doctor.get(f"/radiographs/{RADIOGRAPH}?asked=1", headers=HTMX).text
    assert fragment.lstrip().startswith("<article")
    assert "hx-trigger" not in fragment.partition('id="review"')[0]
    assert "http-equiv" not in doctor.get(f"/radiographs/{RADIOGRAPH}").text


def test_a_question_that_failed_is_asked_again(doctor: FlaskClient, api: Recorded) -> None:
    api.give(f"GET /v1/radiographs/{RADIOGRAPH}", Given(status=502, body={}))
    answer = doctor.get(f"{STATE}?asked=3", headers=HTMX)
    # The row keeps its trigger, since the error goes elsewhere.
    assert answer.headers["HX-Retarget"] == "#notice"
    assert f"row-{RADIOGRAPH}" not in answer.text


def test_a_file_that_was_sent_late_is_still_asked_for(
    doctor: FlaskClient, api: Recorded, gives: Any
) -> None:
    """Its announcement has expired, but its bytes are on their way."""
    gives(state="expired")
    assert "hx-trigger" in doctor.get(f"{STATE}?asked=1&sent=1", headers=HTMX).text
    assert "hx-trigger" not in doctor.get(f"{STATE}?asked=1", headers=HTMX).text
