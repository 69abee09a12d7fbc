"""The page of a radiograph polls while it is pending, and then no more."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from contracts import texts
from contracts.api import RadiographView
from contracts.serialisation import parse
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH, UNANSWERED
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.polling import Polling

HTMX = {"HX-Request": "true"}


SetRadiograph = Callable[..., None]


@pytest.fixture
def set_radiograph(api: RecordedApi, golden: Golden) -> SetRadiograph:
    def set_fields(**changes: str | bool | None) -> None:
        unanswered = {} if changes.get("state", "screened") == "screened" else UNANSWERED
        fields = golden("radiograph.json") | unanswered | changes
        api.respond(f"GET /v1/radiographs/{RADIOGRAPH}", RecordedResponse(body=fields))

    return set_fields


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


def test_after_five_seconds_it_is_slower_than_usual(
    doctor: FlaskClient, set_radiograph: SetRadiograph
) -> None:
    set_radiograph(state="received")
    page = f"/radiographs/{RADIOGRAPH}"
    assert texts.SLOW not in doctor.get(f"{page}?polls=2", headers=HTMX).text
    assert texts.SLOW in doctor.get(f"{page}?polls=3", headers=HTMX).text
