"""The current time, and the form in which facts hold a time."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def to_text(time: datetime) -> str:
    """UTC in ISO 8601 with milliseconds and Z, such as 2026-11-28T09:30:00.125Z."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
