"""Times and sizes as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ui.formatting import (
    format_duration,
    format_exact_time,
    format_interval,
    format_list_count,
    format_megabytes,
    format_relative_time,
    format_wait,
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


@pytest.mark.parametrize(
    ("seconds", "longest", "text"),
    [
        (-5, 0, "waits 0 s"),
        (30, 0, "waits 30 s"),
        (2730, 1, "waits 45 min"),
        (7801, 4, "waits 2 h 10 min"),
        (18125, 4, "waits 5 h 2 min, over 4 h"),
        (7200, 1, "waits 2 h, over 1 h"),
        (273700, 0, "waits 3 d 4 h"),
    ],
)
def test_a_wait_has_two_units_and_its_limit(seconds: int, longest: int, text: str) -> None:
    timestamp = datetime.now(UTC) - timedelta(seconds=seconds)
    assert format_wait(timestamp.isoformat(), timedelta(hours=longest)) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (999, "999"), (1000, "1,000+")])
def test_counts_stop_at_a_limit(count: int, text: str) -> None:
    assert format_list_count(count) == text


@pytest.mark.parametrize(
    ("other_day", "text"),
    [
        (date(2024, 3, 1), "same day"),
        (date(2024, 2, 29), "1 day earlier"),
        (date(2024, 3, 31), "30 days later"),
        (date(2023, 10, 1), "5 months earlier"),
        (date(2021, 3, 1), "3 years earlier"),
    ],
)
def test_an_interval_is_in_days_months_or_years(other_day: date, text: str) -> None:
    assert format_interval(date(2024, 3, 1), other_day) == text
