"""Formats times, sizes and counts for people, in the current language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from contracts.language import gettext, mark, ngettext
from contracts.limits import MAX_LIST_COUNT
from languages.formats import format_number, format_time

_SECONDS, _MINUTES = mark("{number} s"), mark("{number} min")
_HOURS, _DAYS = mark("{number} h"), mark("{number} d")
_UNITS: Mapping[str, int] = {_DAYS: 86400, _HOURS: 3600, _MINUTES: 60}


def format_relative_time(timestamp: str) -> str:
    """Such as "12 s ago"; static/relative_times.js does the same in the browser."""
    age = datetime.now(UTC) - datetime.fromisoformat(timestamp)
    return gettext("{time} ago").format(time=_format_units(max(0, round(age.total_seconds()))))


def format_wait(timestamp: str, longest: timedelta) -> str:
    """Such as "waits 2 h 10 min", or "waits 5 h 2 min, over 4 h"; `longest` is zero for a film that
    does not wait at all. static/waiting_times.js does the same in the browser.
    """
    age = max(datetime.now(UTC) - datetime.fromisoformat(timestamp), timedelta(0))
    time = _format_two_units(int(age.total_seconds()))
    if longest and age > longest:
        limit = _format_units(int(longest.total_seconds()))
        return gettext("waits {time}, over {limit}").format(time=time, limit=limit)
    return gettext("waits {time}").format(time=time)


def format_list_count(count: int) -> str:
    """Such as "12"; "1,000+" for the most that is counted."""
    return f"{format_number(MAX_LIST_COUNT)}+" if count >= MAX_LIST_COUNT else str(count)


def _format_two_units(seconds: int) -> str:
    """Such as "2 h 10 min"; seconds only under a minute."""
    minutes = seconds // 60
    numbers = ((minutes // 1440, _DAYS), (minutes // 60 % 24, _HOURS), (minutes % 60, _MINUTES))
    parts = [gettext(unit).format(number=number) for number, unit in numbers if number]
    return " ".join(parts[:2]) or gettext(_SECONDS).format(number=seconds)


def _format_units(seconds: int) -> str:
    for unit, unit_seconds in _UNITS.items():
        if seconds >= unit_seconds:
            return gettext(unit).format(number=seconds // unit_seconds)
    return gettext(_SECONDS).format(number=seconds)


def format_duration(seconds: float) -> str:
    """Such as "0.5 s" or "2 h". Never negative, although the clocks of two machines may differ."""
    if seconds < 60:
        return gettext(_SECONDS).format(number=format_number(max(0.0, seconds), 1))
    return _format_units(round(seconds))


def format_exact_time(timestamp: str) -> str:
    return format_time(datetime.fromisoformat(timestamp))


def format_interval(day: date, other_day: date) -> str:
    """Where another day lies, seen from a day: such as "5 months earlier"."""
    days = abs((other_day - day).days)
    if not days:
        return gettext("same day")
    is_earlier = other_day < day
    if days >= 730:
        number = days // 365
        if is_earlier:
            text = ngettext("{number} year earlier", "{number} years earlier", number)
        else:
            text = ngettext("{number} year later", "{number} years later", number)
    elif days >= 60:
        number = days // 30
        if is_earlier:
            text = ngettext("{number} month earlier", "{number} months earlier", number)
        else:
            text = ngettext("{number} month later", "{number} months later", number)
    else:
        number = days
        if is_earlier:
            text = ngettext("{number} day earlier", "{number} days earlier", number)
        else:
            text = ngettext("{number} day later", "{number} days later", number)
    return text.format(number=number)


def format_megabytes(size: int) -> str:
    """`size` is in bytes."""
    digits = 1 if size >= 100_000 else 2
    number = format_number(max(size / 1e6, 0.01), digits)
    return gettext("{number} MB").format(number=number)


def format_site(group: str) -> str:
    """Such as "Site North" for the group "siteNorth"."""
    return gettext("Site {name}").format(name=group.removeprefix("site"))


def capitalize_first(text: str) -> str:
    """With the first letter as a capital; the rest stays, unlike with `str.capitalize`."""
    return text[:1].upper() + text[1:]
