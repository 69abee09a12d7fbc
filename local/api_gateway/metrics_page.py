"""The page `/metrics`: what CloudWatch would show, from the log lines of this run's functions.

In the cloud the dashboards show the same metrics. Here who may open the overview of a site may open
it, and it counts all sites of this machine.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from http import HTTPStatus
from pathlib import Path
from statistics import mean, quantiles

from contracts.metrics import STAGE
from local.api_gateway.error_responses import build_response
from local.http_server import Request, Response
from local.log_metrics import MetricValue, parse_metrics

PATH = "/metrics"
# Whom the page's function shows this one is an administrator.
ADMINISTRATORS_PATH = "/overview"

# Of each log so much is read, from its end: some 40,000 values.
_MAX_LOG_BYTES = 16 * 1024 * 1024
_HOUR, _DAY = 3600.0, 86400.0
_HEADS = ("Metric", "Of", "Last hour", "Last 24 hours", "Middle", "Highest 5 % from", "Newest")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="dark light">
<meta name="viewport" content="width=device-width"><title>Metrics of this machine</title>
<h1>Metrics of this machine</h1>
<p>From the logs since the start, of all sites, {time}. Counts are sums; the others are means.
<a href="{prefix}{path}">Read again</a> · <a href="{prefix}{overview}">Overview</a>
<table border="1" cellpadding="6">
<thead><tr>{heads}</tr></thead>
<tbody>{rows}</tbody>
</table>
{empty}
"""


@dataclass(frozen=True, kw_only=True)
class MetricRow:
    """One metric of one combination of dimensions; a figure is None where it has no value."""

    name: str
    dimensions: str
    is_count: bool
    hour: float | None
    day: float | None
    median: float
    p95: float
    newest: float


def build_administrator_request(request: Request) -> Request:
    """The same browser's request for a page that only administrators get."""
    return replace(request, method="GET", target=ADMINISTRATORS_PATH, body=b"")


def respond(logs: Path, *, prefix: str) -> Response:
    rows = summarise(read_metrics(logs), now=time.time())
    empty = "" if rows else "<p>No function has written a metric since the start."
    page = _PAGE.format(
        time=time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
        prefix=escape(prefix),
        path=PATH,
        overview=ADMINISTRATORS_PATH,
        heads="".join(f"<th scope=col>{head}" for head in _HEADS),
        rows="".join(map(_format_row, rows)),
        empty=empty,
    )
    return build_response(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())


def read_metrics(logs: Path) -> Iterator[MetricValue]:
    """The metrics in all logs of the folder, of each from its last 16 MB."""
    for log in sorted(logs.glob("*.log")):
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _MAX_LOG_BYTES))
            yield from parse_metrics(line.decode(errors="replace") for line in file)


def summarise(values: Iterable[MetricValue], *, now: float) -> list[MetricRow]:
    """A row for each metric and combination of dimensions, by name. `now` is in seconds."""
    groups: defaultdict[tuple[str, str], list[MetricValue]] = defaultdict(list)
    for value in values:
        texts = [text for name, text in value.dimensions.items() if name != STAGE]
        groups[value.name, " ".join(texts)].append(value)
    return [
        _summarise(name, dimensions, sorted(group, key=lambda each: each.at), now=now)
        for (name, dimensions), group in sorted(groups.items())
    ]


def _summarise(
    name: str, dimensions: str, group: Sequence[MetricValue], *, now: float
) -> MetricRow:
    """`group` is in the order of time."""
    is_count = group[0].unit == "Count"

    def aggregate(seconds: float) -> float | None:
        recent = [each.value for each in group if now - each.at <= seconds]
        if is_count:
            return sum(recent)
        return mean(recent) if recent else None

    numbers = [each.value for each in group]
    # Of a single value every percentile is that value.
    twentieths = quantiles(numbers * 2 if len(numbers) == 1 else numbers, n=20, method="inclusive")
    return MetricRow(
        name=name,
        dimensions=dimensions,
        is_count=is_count,
        hour=aggregate(_HOUR),
        day=aggregate(_DAY),
        median=twentieths[9],
        p95=twentieths[18],
        newest=group[-1].value,
    )


def _format_row(row: MetricRow) -> str:
    # Of counts, which are single ones mostly, the sums say all.
    distribution = [None] * 3 if row.is_count else [row.median, row.p95, row.newest]
    figures = [_format(figure) for figure in (row.hour, row.day, *distribution)]
    cells = [escape(row.name), escape(row.dimensions), *figures]
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells)


def _format(figure: float | None) -> str:
    return "" if figure is None else f"{figure:,.4g}"
