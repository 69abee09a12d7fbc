"""Formats dates, times and numbers in the current language."""

from datetime import date, datetime
from functools import cache

from babel import Locale
from babel.dates import format_date as format_babel_date
from babel.dates import format_datetime as format_babel_datetime
from babel.numbers import format_decimal

from contracts.language import ENGLISH, current_language

# English has many readers outside the United States, so the day comes first.
_ENGLISH_DATE = "d MMM y"


def current_locale() -> Locale:
    return find_locale(current_language().code)


@cache
def find_locale(code: str) -> Locale:
    return Locale.parse(code)


def format_day(day: date) -> str:
    """Such as "29 Nov 2026"."""
    locale = current_locale()
    pattern = _ENGLISH_DATE if locale.language == ENGLISH else "medium"
    return format_babel_date(day, pattern, locale)


def format_iso_day(text: str) -> str:
    """Such as "29 Nov 2026" for "2026-11-29"; any other text stays as it is."""
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return text


def format_time(moment: datetime) -> str:
    """Such as "29 Nov 2026, 13:34:30 UTC"; `moment` is in UTC."""
    locale = current_locale()
    pattern = f"{_ENGLISH_DATE}, HH:mm:ss" if locale.language == ENGLISH else "medium"
    return f"{format_babel_datetime(moment, pattern, locale=locale)} UTC"


def format_number(number: float, digits: int | None = None) -> str:
    """With `digits` after the point, or as many as are needed, up to 6 significant ones."""
    if digits is None:
        digits = len(f"{number:g}".partition(".")[2]) if "e" not in f"{number:g}" else 6
        pattern = "#,##0." + "#" * digits if digits else "#,##0"
    else:
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(number, format=pattern, locale=current_locale())
