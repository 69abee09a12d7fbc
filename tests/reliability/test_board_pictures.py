"""The dashboards are drawn from log lines by their own searches."""

from pathlib import Path

import pytest
from PIL import Image

from local.log_metrics import MetricValue
from reliability.board_pictures import Graph, build_graphs, compute_statistic, draw

SEARCH = (
    'SEARCH(\'{ChestXrayScreening,service,stage,site} MetricName="Files" stage="prod"\', '
    "'Sum', 300)"
)
WIDGET = {
    "title": "How many files?",
    "metrics": [[{"expression": SEARCH}], ["AWS/Lambda", "Errors"]],
    "annotations": {"horizontal": [{"value": 3}]},
}


def build_value(at: float, value: float, **dimensions: str) -> MetricValue:
    return MetricValue(
        namespace="ChestXrayScreening",
        name="Files",
        unit="Count",
        value=value,
        dimensions={"service": "api", "stage": "local", **dimensions},
        at=at,
    )


VALUES = [
    build_value(0, 1, site="siteNorth"),
    build_value(0.2, 2, site="siteNorth"),
    build_value(400, 5, site="siteSouth"),
    build_value(400, 9),  # Of other dimensions: another metric.
]


def test_a_search_finds_a_line_for_each_combination_of_dimensions() -> None:
    [graph] = build_graphs([WIDGET, {"title": "Nothing?", "metrics": []}], VALUES)
    assert (graph.question, graph.limits) == ("How many files?", [3.0])
    numbers = {line.label: [value for _, value in line.points] for line in graph.lines}
    assert numbers == {"Files api siteNorth": [3.0], "Files api siteSouth": [5.0]}


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("Sum", 10), ("Average", 2.5), ("p50", 2.5), ("Maximum", 4), ("SampleCount", 4)],
)
def test_statistics_are_those_of_cloudwatch(statistic: str, expected: float) -> None:
    assert compute_statistic(statistic, [1, 2, 3, 4]) == expected


def test_a_board_becomes_a_picture(tmp_path: Path) -> None:
    graphs: list[Graph] = list(build_graphs([WIDGET] * 4, VALUES))
    draw(graphs, tmp_path / "board.png")
    with Image.open(tmp_path / "board.png") as picture:
        assert picture.width > picture.height > 300
