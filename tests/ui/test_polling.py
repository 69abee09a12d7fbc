"""A page polls while a radiograph is pending, and then no more."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from contracts import texts
from contracts.api import RadiographView
from contracts.serialisation import parse
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.polling import Polling

STATE = f"/radiographs/{RADIOGRAPH}/state"
HTMX = {"HX-Request": "true"}
UNANSWERED = {
    "answer": None,
    "rendition_url": None,
    "thumbnail_url": None,
    "attention_url": None,
}


SetRadiograph = Callable[..., None]


@pytest.fixture
def set_radiograph(api: RecordedApi, golden: Golden) -> SetRadiograph:
    def set_fields(**changes: str | None) -> None:
        unanswered = {} if changes.get("state", "screened") == "screened" else UNANSWERED
        fields = golden("radiograph.json") | unanswered | changes
        api.respond(f"GET /v1/radiographs/{RADIOGRAPH}", RecordedResponse(body=fields))

    return set_fields


def test_the_first_poll_waits_for_the_answer(
    doctor: FlaskClient, api: RecordedApi, set_radiograph: SetRadiograph
) -> None:
    set_radiograph()
    doctor.get(f"{STATE}?polls=0&file_sent=1", headers=HTMX)
    doctor.get(f"{STATE}?polls=1&file_sent=1", headers=HTMX)
    assert [request.path.partition("?")[2] for request in api.requests] == ["wait=2", "wait=0"]


@pytest.mark.parametrize("state", ["screened", "rejected", "expired", "deleted"])
def test_a_state_that_lasts_comes_back_without_its_trigger(
    doctor: FlaskClient, set_radiograph: SetRadiograph, state: str
) -> None:
    set_radiograph(state=state, rejection="empty" if state == "rejected" else None)
    fragment = doctor.get(f"{STATE}?polls=1", headers=HTMX).text
    assert f'id="row-{RADIOGRAPH}"' in fragment
    assert "hx-trigger" not in fragment
    assert 'id="live-region"' in fragment


@pytest.mark.parametrize(
    ("state", "seconds"), [("received", 1), ("awaiting_upload", 5), ("failed", 15)]
)
def test_a_pending_state_polls_again(
    doctor: FlaskClient, set_radiograph: SetRadiograph, state: str, seconds: int
) -> None:
    set_radiograph(state=state)
    fragment = doctor.get(f"{STATE}?polls=1", headers=HTMX).text
    assert f'hx-trigger="every {seconds}s"' in fragment
    assert f'hx-get="{STATE}?polls=2"' in fragment
    assert 'id="live-region"' not in fragment


def test_a_file_that_this_page_has_sent_is_being_screened(
    doctor: FlaskClient, set_radiograph: SetRadiograph
) -> None:
    set_radiograph(state="awaiting_upload")
    fragment = doctor.get(f"{STATE}?polls=0&file_sent=1", headers=HTMX).text
    assert texts.STATES["received"] in fragment  # type: ignore[index]
    assert 'hx-trigger="every 1s"' in fragment


def test_after_five_seconds_it_is_slower_than_usual(
    doctor: FlaskClient, set_radiograph: SetRadiograph
) -> None:
    set_radiograph(state="received")
    # Two seconds for the first poll, one for each of the next three.
    assert texts.SLOW not in doctor.get(f"{STATE}?polls=2", headers=HTMX).text
    assert texts.SLOW in doctor.get(f"{STATE}?polls=3", headers=HTMX).text


def test_a_page_that_waits_for_long_polls_less_often(golden: Golden) -> None:
    fields = golden("radiograph.json") | UNANSWERED | {"state": "received"}
    view = parse(RadiographView, fields)
    assert Polling(polls=5).interval_seconds(view) == 1
    assert Polling(polls=500).interval_seconds(view) == 5


def test_the_radiograph_page_polls_for_itself_and_refreshes_without_scripts(
    doctor: FlaskClient, set_radiograph: SetRadiograph
) -> None:
    set_radiograph(state="received")
    page = doctor.get(f"/radiographs/{RADIOGRAPH}").text
    assert f'hx-get="/radiographs/{RADIOGRAPH}?polls=1"' in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    set_radiograph()
    fragment = doctor.get(f"/radiographs/{RADIOGRAPH}?polls=1", headers=HTMX).text
    assert fragment.lstrip().startswith("<article")
    assert "hx-trigger" not in fragment.partition('id="reviews"')[0]
    assert "http-equiv" not in doctor.get(f"/radiographs/{RADIOGRAPH}").text


def test_a_poll_that_failed_is_repeated(doctor: FlaskClient, api: RecordedApi) -> None:
    api.respond(f"GET /v1/radiographs/{RADIOGRAPH}", RecordedResponse(status=502, body={}))
    response = doctor.get(f"{STATE}?polls=3", headers=HTMX)
    # The notice shows the error, so the row stays and polls again.
    assert response.headers["HX-Retarget"] == "#notice"
    assert f"row-{RADIOGRAPH}" not in response.text


def test_a_file_that_was_sent_late_is_still_polled_for(
    doctor: FlaskClient, api: RecordedApi, set_radiograph: SetRadiograph
) -> None:
    """Its announcement has expired, but its bytes are on their way."""
    set_radiograph(state="expired")
    assert "hx-trigger" in doctor.get(f"{STATE}?polls=1&file_sent=1", headers=HTMX).text
    assert "hx-trigger" not in doctor.get(f"{STATE}?polls=1", headers=HTMX).text
