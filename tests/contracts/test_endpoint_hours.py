"""The hours of an endpoint are those of the hospital's clock."""

from datetime import UTC, datetime

import pytest

from contracts.endpoint_hours import EndpointHours, parse_endpoint_hours

BERLIN = EndpointHours(first=6, end=20, time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ((2026, 1, 15, 4, 59), False),
        ((2026, 1, 15, 5, 0), True),
        ((2026, 1, 15, 18, 59), True),
        ((2026, 1, 15, 19, 0), False),
        # In summer the clock of Berlin is two hours ahead of UTC.
        ((2026, 7, 15, 4, 0), True),
        ((2026, 7, 15, 18, 0), False),
    ],
)
def test_they_follow_the_clock_also_in_summer(moment: tuple[int, ...], is_open: bool) -> None:
    assert BERLIN.contain(datetime(*moment, tzinfo=UTC)) is is_open  # type: ignore[arg-type,misc]


def test_the_text_of_the_environment_is_read_again() -> None:
    assert str(BERLIN) == "6-20 Europe/Berlin"
    assert parse_endpoint_hours(str(BERLIN)) == BERLIN
    assert parse_endpoint_hours("") is None


@pytest.mark.parametrize("text", ["6-20", "6-20 Europe/Nowhere", "six-20 Europe/Berlin", "always"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_endpoint_hours(text)
