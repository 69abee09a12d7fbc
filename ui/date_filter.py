"""The days to which a list is limited, from the address: days of the browser's time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from flask import request

from contracts.language import gettext

# The first X-ray came long after, and the API takes no later ones.
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_MAX_MINUTES = 14 * 60


@dataclass(frozen=True, kw_only=True)
class DateFilter:
    """`first_day` and `last_day` are as somebody typed them, both included; `zone` says by how many
    minutes the time of the browser is ahead of UTC. `problem` says what to correct.
    """

    first_day: str = ""
    last_day: str = ""
    zone: int = 0
    problem: str = ""

    @property
    def place(self) -> Mapping[str, str | int]:
        """The days as links carry them on; empty for all days, and where a day is none."""
        days = {"from": self.first_day, "to": self.last_day}
        used_days = {name: day for name, day in days.items() if day}
        if not used_days or self.problem:
            return {}
        return {**used_days, "zone": self.zone} if self.zone else used_days

    @property
    def times(self) -> Mapping[str, int]:
        """The queries of the API: from a time, before another one, in milliseconds since 1970."""
        if self.problem:
            return {}
        times = {}
        if self.first_day:
            times["from"] = self._begin(date.fromisoformat(self.first_day))
        if self.last_day:
            next_day = date.fromisoformat(self.last_day) + timedelta(days=1)
            times["before"] = self._begin(next_day)
        return times

    def _begin(self, day: date) -> int:
        zone = timezone(timedelta(minutes=self.zone))
        return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def read_date_filter() -> DateFilter:
    """The days in the URL of the current request."""
    first_day, last_day = (request.args.get(name, "").strip() for name in ("from", "to"))
    zone = request.args.get("zone", 0, type=int)
    return DateFilter(
        first_day=first_day,
        last_day=last_day,
        zone=max(-_MAX_MINUTES, min(zone, _MAX_MINUTES)),
        problem=_find_problem(first_day, last_day),
    )


def _find_problem(first_day: str, last_day: str) -> str:
    years = {"first_year": _FIRST_YEAR, "last_year": _LAST_YEAR}
    if first_day and not _is_day(first_day):
        return gettext(
            "The first day is no day of the years {first_year} to {last_year}. Choose it again."
        ).format(**years)
    if last_day and not _is_day(last_day):
        return gettext(
            "The last day is no day of the years {first_year} to {last_year}. Choose it again."
        ).format(**years)
    if first_day and last_day and first_day > last_day:
        return gettext("The first day is after the last day. Change one of them.")
    return ""


def _is_day(text: str) -> bool:
    """Whether the text is a day as a browser writes it, such as 2026-11-28."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return False
    return _FIRST_YEAR <= day.year <= _LAST_YEAR and text == f"{day:%Y-%m-%d}"
