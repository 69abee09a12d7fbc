"""Functions whose clocks are an hour apart agree on the time, which is S3's."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.record import UPLOAD_TIMEOUT
from lambdas import clock
from lambdas.api.services import services
from tests.lambdas.calls import CHEST, Api, Aws, list_worklist, run_screening

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# S3 says the time in whole seconds, so two functions that follow it differ by up to one.
SECOND = timedelta(seconds=1)
SetClock = Callable[[timedelta], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Begins a process whose clock is off, with which botocore signs too. moto's is right."""

    def set_off(difference: timedelta) -> None:
        monkeypatch.setattr(clock, "_offset", clock._Offset())
        monkeypatch.setattr(clock, "_local_now", lambda: datetime.now(UTC) + difference)
        for module in ("signers", "auth"):
            monkeypatch.setattr(
                f"botocore.{module}.get_current_datetime",
                lambda *_: datetime.now(UTC).replace(tzinfo=None) + difference,
            )

    return set_off


@pytest.mark.parametrize("announces", [-HOUR, HOUR])
@pytest.mark.parametrize("screens", [-HOUR, HOUR])
def test_clocks_an_hour_apart_make_no_absurd_time(
    aws: Aws, api: Api, set_clock: SetClock, announces: timedelta, screens: timedelta
) -> None:
    set_clock(announces)
    radiograph = api.create()
    set_clock(screens)
    assert list_worklist(api).radiographs[0].state == "awaiting_upload"
    aws.upload(radiograph, CHEST)
    assert run_screening(radiograph) == []
    set_clock(announces)
    api("POST", f"/radiographs/{radiograph}/reviews", body={"finding": "pneumonia"})
    facts = aws.facts(radiograph)
    times = [datetime.fromisoformat(fact["at"]) for fact in facts]
    assert all(later - earlier > -SECOND for earlier, later in pairwise(times))
    assert times[-1] - times[0] < UPLOAD_TIMEOUT
    assert abs(times[0] - datetime.now(UTC)) < UPLOAD_TIMEOUT


@pytest.mark.parametrize("difference", [-HOUR, timedelta(0), HOUR])
def test_no_form_and_no_link_has_expired_at_its_birth(
    aws: Aws, api: Api, set_clock: SetClock, difference: timedelta
) -> None:
    set_clock(difference)
    request = {"file_name": "thorax.png", "bytes": 1000}
    _, created = api("POST", "/radiographs", body=request, key="k1")
    policy = json.loads(base64.b64decode(created["upload"]["fields"]["policy"]))
    valid_for = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)
    assert 4 * MINUTE < valid_for < 6 * MINUTE
    link = parse_qs(urlsplit(services().images.sign_link("radiographs/a/rendition.png")).query)
    signed_at = datetime.strptime(link["X-Amz-Date"][0], "%Y%m%dT%H%M%S%z")
    expires_at = signed_at + timedelta(seconds=int(link["X-Amz-Expires"][0]))
    assert expires_at - datetime.now(UTC) > 19 * MINUTE


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Sat, 28 Nov 2026 09:00:00 GMT", 0),
        ("Sat, 28 Nov 2026 08:59:35 GMT", 0),
        ("Sat, 28 Nov 2026 10:00:00 GMT", 3600),
        ("Sat, 28 Nov 2026 08:00:00 GMT", -3600),
        ("Sat, 28 Nov 2026 10:00:00", 0),
        ("yesterday", 0),
        (None, 0),
    ],
)
def test_a_response_tells_how_far_the_clock_is_off(
    monkeypatch: pytest.MonkeyPatch, date: str | None, seconds: int
) -> None:
    monkeypatch.setattr(clock, "_offset", clock._Offset())
    local = datetime(2026, 11, 28, 9, tzinfo=UTC)
    monkeypatch.setattr(clock, "_local_now", lambda: local)
    clock.observe_response(SimpleNamespace(headers={"Date": date} if date else {}))
    assert clock.seconds_ahead() == seconds
    assert clock.now() == local + timedelta(seconds=seconds)
