"""Draws the dashboards of prod from the log lines of a run: `python -m reliability.board_pictures`.

CloudWatch draws them in AWS. Here each graph is drawn that asks for metrics of our own and finds
some in the logs; those of AWS's services have none on one machine.
"""

import argparse
import json
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from contracts.metrics import STAGE
from deploy.errors import DeployError
from deploy.templates import EXAMPLE_SETTINGS, ROOT, Synthesis, synthesise
from local.api_gateway.metrics_page import read_metrics
from local.log_metrics import MetricValue

_SEARCH = re.compile(r"SEARCH\('\{([^}]+)\} MetricName=\"(\w+)\"[^']*', '(\w+)'")
_COLUMNS = 3
# Graphs have about so many points, whatever the length of the run.
_POINTS = 40
_STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Average": mean,
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}
_LINE_COLOURS = ("#2a78d6", "#c2571a", "#1baf7a", "#7a4fbf", "#8a6d00", "#b03060")


@dataclass(frozen=True, kw_only=True)
class Line:
    """`points` are seconds since the first value of the run, and the value of that period."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """`limits` are drawn across the whole graph."""

    question: str
    lines: Sequence[Line]
    limits: Sequence[float]


def main() -> int:
    arguments = _parser().parse_args()
    values = list(read_metrics(arguments.logs))
    if not values:
        print(f"No function has written a metric into {arguments.logs}.", file=sys.stderr)
        return 2
    try:
        folder = ROOT / "build" / "cdk" / "boards"
        synthesis = synthesise("prod", folder, defaults=EXAMPLE_SETTINGS)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 2
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, widgets in read_dashboards(synthesis).items():
        graphs = list(build_graphs(widgets, values))
        if graphs:
            path = arguments.out / f"{name}.png"
            draw(graphs, path)
            print(f"{path}: {len(graphs)} of {len(widgets)} widgets have data")
    return 0


def read_dashboards(synthesis: Synthesis) -> dict[str, list[dict[str, Any]]]:
    """The properties of each dashboard's widgets, by the last word of its name."""
    boards = {}
    for dashboard in synthesis.properties("AWS::CloudWatch::Dashboard"):
        body = dashboard["DashboardBody"]
        parts = body["Fn::Join"][1] if isinstance(body, Mapping) else [body]
        text = "".join(part if isinstance(part, str) else "token" for part in parts)
        widgets = [widget["properties"] for widget in json.loads(text)["widgets"]]
        boards[str(dashboard["DashboardName"]).rpartition("-")[2]] = widgets
    return boards


def build_graphs(
    widgets: Sequence[Mapping[str, Any]], values: Sequence[MetricValue]
) -> Iterator[Graph]:
    """The graphs that have data."""
    for widget in widgets:
        lines = [
            line
            for entry in widget.get("metrics", [])
            if isinstance(entry[0], Mapping)
            for line in _build_lines(entry[0]["expression"], values)
        ]
        if lines:
            annotations = widget.get("annotations", {}).get("horizontal", [])
            limits = [float(each["value"]) for each in annotations]
            yield Graph(question=widget["title"], lines=lines, limits=limits)


def _build_lines(expression: str, values: Sequence[MetricValue]) -> Iterator[Line]:
    """A line for each combination of dimensions that the search finds."""
    match = _SEARCH.search(expression)
    if match is None:
        return
    schema, name, statistic = match.groups()
    names = set(schema.split(",")[1:])
    groups: defaultdict[str, list[MetricValue]] = defaultdict(list)
    for value in values:
        if value.name == name and set(value.dimensions) == names:
            texts = [text for each, text in value.dimensions.items() if each != STAGE]
            groups[" ".join(texts)].append(value)
    begin, end = min(each.at for each in values), max(each.at for each in values)
    period = max((end - begin) / _POINTS, 1.0)
    suffix = "" if statistic == "Sum" else f" {statistic}"
    for label, group in sorted(groups.items()):
        yield Line(
            label=f"{name} {label}{suffix}",
            points=list(_aggregate(group, statistic, begin=begin, period=period)),
        )


def _aggregate(
    group: Sequence[MetricValue], statistic: str, *, begin: float, period: float
) -> Iterator[tuple[float, float]]:
    """One point for each period that has values, as CloudWatch has them."""
    periods: defaultdict[int, list[float]] = defaultdict(list)
    for value in group:
        periods[int((value.at - begin) / period)].append(value.value)
    for number, numbers in sorted(periods.items()):
        yield (number + 0.5) * period, compute_statistic(statistic, numbers)


def compute_statistic(statistic: str, numbers: Sequence[float]) -> float:
    if statistic.startswith("p"):
        return float(np.percentile(numbers, float(statistic[1:])))
    return float(_STATISTICS[statistic](numbers))


def draw(graphs: Sequence[Graph], path: Path) -> None:
    rows = -(-len(graphs) // _COLUMNS)
    figure = Figure(figsize=(5 * _COLUMNS, 3.2 * rows), layout="constrained")
    axes = figure.subplots(rows, _COLUMNS, squeeze=False)
    for axis in axes.flat[len(graphs) :]:
        axis.remove()
    for graph, axis in zip(graphs, axes.flat, strict=False):
        axis.set_title(textwrap.fill(graph.question, 58), fontsize=9, loc="left")
        for line, colour in zip(graph.lines, cycle(_LINE_COLOURS), strict=False):
            seconds, numbers = zip(*line.points, strict=True)
            axis.plot(seconds, numbers, ".-", label=line.label, color=colour, linewidth=1)
        for limit in graph.limits:
            axis.axhline(limit, color="#d0342c", linewidth=1)
        axis.set_ylim(bottom=0)
        axis.set_xlabel("seconds", fontsize=7)
        axis.tick_params(labelsize=7)
        axis.legend(fontsize=6, loc="upper left")
    figure.savefig(path, dpi=90)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reliability.board_pictures", description=__doc__
    )
    parser.add_argument(
        "--logs", type=Path, default=ROOT / ".local" / "logs", help="of `make run`, by default"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "boards")
    return parser


if __name__ == "__main__":
    sys.exit(main())
