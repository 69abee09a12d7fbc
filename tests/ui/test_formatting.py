"""Times and sizes as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from ui.formatting import (
    format_duration,
    format_exact_time,
    format_megabytes,
    format_relative_time,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s ago"), (12, "12 s ago"), (125, "2 min ago"), (7300, "2 h ago"), (90000, "1 d ago")],
)
def test_relative_times_have_one_unit(seconds: int, text: str) -> None:
    timestamp = datetime.now(UTC) - timedelta(seconds=seconds)
    assert format_relative_time(timestamp.isoformat()) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-3600.0, "0.0 s"), (0.54, "0.5 s"), (59.9, "59.9 s"), (60.0, "1 min"), (7300.0, "2 h")],
)
def test_a_duration_has_one_unit_and_is_not_negative(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_exact_times_name_their_zone() -> None:
    assert format_exact_time("2026-11-23T08:00:01.700Z") == "23 Nov 2026, 08:00:01 UTC"


@pytest.mark.parametrize(
    ("size", "text"), [(7_800_000, "7.8 MB"), (120_582, "0.1 MB"), (24_000, "0.02 MB")]
)
def test_sizes_are_megabytes(size: int, text: str) -> None:
    assert format_megabytes(size) == text
