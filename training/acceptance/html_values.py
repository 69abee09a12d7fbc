"""Formats the values and tables of the page of an acceptance test."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from training.acceptance.wording import PERCENT

_NO_BREAK = "\N{NO-BREAK SPACE}"


def format_metric(measured: Mapping[str, Any], name: str) -> str:
    """Returns the value with its 95 % interval; an empty text for a point that lacks it."""
    metrics = measured.get("metrics", measured)
    if name not in metrics:
        return ""
    value = metrics[name]
    interval = measured["intervals_95"].get(name)
    if name in PERCENT:
        ends = interval and " to ".join(f"{100 * end:.1f}" for end in interval)
        text = format_percent(value)
    else:
        ends = interval and " to ".join(map(format_number, interval))
        text = format_number(value)
    # Breaks between value and interval only, where the column is narrow.
    return f"{text} ({ends.replace(' ', _NO_BREAK)})" if ends else text


def format_count(point: Mapping[str, Any], name: str) -> str:
    """Returns of how many films a share is; an empty text for what is no share."""
    if name not in point["counts"]:
        return ""
    part, whole = point["counts"][name]
    return f"{part:,} of {whole:,}"


def format_number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3f}"


def format_percent(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{100 * value:.1f}{_NO_BREAK}%"


def format_table(head: Sequence[str], rows: Iterable[Sequence[object]], *, name: str) -> str:
    """The table scrolls by itself where the page is narrow; `name` says what it is, for readers
    who move by the keyboard.
    """
    heads = "".join(f"<th scope=col>{escape(cell)}" for cell in head)
    body = "".join(
        "<tr>" + "".join(_cell(cell, is_first=not index) for index, cell in enumerate(row))
        for row in rows
    )
    box = f'<div class=scroll tabindex=0 role=region aria-label="{escape(name)}">'
    return f"{box}<table><thead><tr>{heads}<tbody>{body}</table></div>"


def _cell(cell: object, *, is_first: bool) -> str:
    text = escape(f"{cell:,}" if isinstance(cell, int) else str(cell))
    return f"<th scope=row>{text}" if is_first else f"<td class=n>{text}"
