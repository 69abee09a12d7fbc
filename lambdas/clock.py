"""The current time of all functions: S3's, and the form in which facts hold a time.

Each function has a clock of its own. One that is an hour off would call an upload expired when it
is announced, sign forms that have expired, and give durations that make no sense. So where S3's
clock, which every response tells, differs by more than a slow response explains, it is the one that
counts.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

# S3 says the time in whole seconds, as of the start of its response, and a response may take 10 s.
_TOLERANCE = timedelta(seconds=30)


class _Offset:
    """How much S3's clock is ahead of this machine's; zero within the tolerance."""

    def __init__(self) -> None:
        self.value = timedelta(0)


_offset = _Offset()


def now() -> datetime:
    return _local_now() + _offset.value


def seconds_ahead() -> int:
    """By how many seconds S3's clock is ahead of the one by which botocore signs."""
    return round(_offset.value.total_seconds())


def observe_response(http_response: Any, **_: object) -> None:
    """Compares the clocks. botocore calls it after each call to S3."""
    date = http_response.headers.get("Date")
    if date is None:
        return
    try:
        difference = parsedate_to_datetime(date) - _local_now()
    except (TypeError, ValueError):  # No date, or one without a time zone.
        return
    _offset.value = difference if abs(difference) > _TOLERANCE else timedelta(0)


def to_text(time: datetime) -> str:
    """UTC in ISO 8601 with milliseconds and Z, such as 2026-11-28T09:30:00.125Z."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local_now() -> datetime:
    return datetime.now(UTC)
