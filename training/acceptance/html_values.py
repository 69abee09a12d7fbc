"""Formats the values and tables of the page of an acceptance test."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any


def format_metric(measured: Mapping[str, Any], name: str) -> str:
    """Returns the value with its interval; an empty text for a point that lacks it."""
    metrics = measured.get("metrics", measured)
    if name not in metrics:
        return ""
    value = format_number(metrics[name])
    interval = measured["intervals_95"].get(name)
    return (
        f"{value} ({format_number(interval[0])} to {format_number(interval[1])})"
        if interval
        else value
    )


def format_number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.3f}"


def format_percent(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.1%}"


def format_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    heads = "".join(f"<th scope=col>{escape(cell)}" for cell in head)
    body = "".join(
        "<tr>" + "".join(_cell(cell, is_first=not index) for index, cell in enumerate(row))
        for row in rows
    )
    return f"<table><thead><tr>{heads}<tbody>{body}</table>"


def _cell(cell: object, *, is_first: bool) -> str:
    text = escape(f"{cell:,}" if isinstance(cell, int) else str(cell))
    return f"<th scope=row>{text}" if is_first else f"<td class=n>{text}"
