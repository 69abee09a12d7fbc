"""Formats times and sizes for people."""

from datetime import UTC, datetime


def format_relative_time(timestamp: str) -> str:
    """Such as "12 s ago"; static/relative_times.js does the same in the browser."""
    age = datetime.now(UTC) - datetime.fromisoformat(timestamp)
    return f"{_format_units(max(0, round(age.total_seconds())))} ago"


def _format_units(seconds: int) -> str:
    for unit_seconds, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit_seconds:
            return f"{seconds // unit_seconds} {unit}"
    return f"{seconds} s"


def format_duration(seconds: float) -> str:
    """Such as "0.5 s" or "2 h". Never negative, although the clocks of two machines may differ."""
    if seconds < 60:
        return f"{max(0.0, seconds):.1f} s"
    return _format_units(round(seconds))


def format_exact_time(timestamp: str) -> str:
    return datetime.fromisoformat(timestamp).strftime("%-d %b %Y, %H:%M:%S UTC")


def format_megabytes(size: int) -> str:
    """`size` is in bytes."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size / 1e6, 0.01):.2f} MB"
