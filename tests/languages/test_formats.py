"""Dates and numbers are those of the language."""

from datetime import UTC, date, datetime

import pytest

from contracts.language import Language, use_language
from languages.formats import find_locale, format_day, format_iso_day, format_number, format_time

MOMENT = datetime(2026, 11, 5, 8, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "time", "day", "number", "large"),
    [
        ("en", "5 Nov 2026, 08:02:30 UTC", "5 Nov 2026", "12.5", "1,000"),
        ("es", "5 nov 2026, 8:02:30 UTC", "5 nov 2026", "12,5", "1.000"),
    ],
)
def test_a_language_has_its_dates_and_numbers(
    code: str, time: str, day: str, number: str, large: str
) -> None:
    with use_language(Language(code=code)):
        assert format_time(MOMENT) == time
        assert format_day(date(2026, 11, 5)) == day
        assert (format_number(12.5), format_number(1000)) == (number, large)
        assert format_number(12, 1) == f"12{number[2]}0"


def test_the_direction_is_that_of_the_script() -> None:
    assert find_locale("es").text_direction == "ltr"
    assert find_locale("ar").text_direction == "rtl"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-29", "29 Nov 2026"), ("2026-11", "2026-11"), ("Together", "Together")],
)
def test_a_text_that_is_no_day_stays(text: str, day: str) -> None:
    assert format_iso_day(text) == day
