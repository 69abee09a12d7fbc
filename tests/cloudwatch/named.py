"""Which of our own metrics a template's dashboards and alarms name, and by which dimensions."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.metrics import NAMESPACE, SERVICE
from tests.synthesis import Template

_SEARCH = re.compile(r"SEARCH\('\{([^}]+)\} MetricName=\"(\w+)\" stage=\"(\w+)\"'")


@dataclass(frozen=True, kw_only=True)
class Named:
    """`service` is empty where a search finds the metric of every function."""

    name: str
    dimensions: frozenset[str]
    service: str = ""

    @classmethod
    def of(cls, name: str, dimensions: Mapping[str, str]) -> "Named":
        return cls(name=name, dimensions=frozenset(dimensions), service=dimensions[SERVICE])

    @property
    def anywhere(self) -> "Named":
        return Named(name=self.name, dimensions=self.dimensions)


def widgets(template: Template) -> Iterator[dict[str, Any]]:
    """The properties of every widget of the dashboards."""
    for board in template.of_type("AWS::CloudWatch::Dashboard").values():
        parts = board["DashboardBody"]["Fn::Join"][1]
        text = "".join(part if isinstance(part, str) else "token" for part in parts)
        yield from (widget["properties"] for widget in json.loads(text)["widgets"])


def drawn(template: Template) -> set[Named]:
    return {
        found
        for widget in widgets(template)
        for line in widget.get("metrics", [])
        for found in _in_line(line)
    }


def _in_line(line: list[Any]) -> Iterator[Named]:
    if isinstance(line[0], dict):
        for schema, name, _ in _SEARCH.findall(line[0]["expression"]):
            namespace, *dimensions = schema.split(",")
            assert namespace == NAMESPACE
            yield Named(name=name, dimensions=frozenset(dimensions))
    elif line[0] == NAMESPACE:
        texts = [part for part in line[2:] if isinstance(part, str)]
        yield Named.of(line[1], dict(zip(texts[::2], texts[1::2], strict=True)))


def alarmed(template: Template) -> set[Named]:
    return {
        Named.of(
            metric["MetricName"], {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        )
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        for metric in metrics_of(alarm)
        if metric["Namespace"] == NAMESPACE
    }


def metrics_of(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The alarm's one metric, or those of its expression."""
    if "MetricName" in alarm:
        return [alarm]
    return [part["MetricStat"]["Metric"] for part in alarm["Metrics"] if "MetricStat" in part]
