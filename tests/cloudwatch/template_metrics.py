"""Reads from a template which of our own metrics its dashboards and alarms use."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.metrics import NAMESPACE, SERVICE
from tests.synthesis import Template

_SEARCH = re.compile(r"SEARCH\('\{([^}]+)\} MetricName=\"(\w+)\" stage=\"(\w+)\"'")


@dataclass(frozen=True, kw_only=True)
class MetricKey:
    """A metric and the names of its dimensions.

    `service` is empty where a search finds the metric of every function.
    """

    name: str
    dimensions: frozenset[str]
    service: str = ""

    @classmethod
    def of(cls, name: str, dimensions: Mapping[str, str]) -> "MetricKey":
        return cls(name=name, dimensions=frozenset(dimensions), service=dimensions[SERVICE])

    @property
    def of_any_service(self) -> "MetricKey":
        return MetricKey(name=self.name, dimensions=self.dimensions)


def widgets(template: Template) -> Iterator[dict[str, Any]]:
    """The properties of every widget of the dashboards."""
    for dashboard in template.of_type("AWS::CloudWatch::Dashboard").values():
        parts = dashboard["DashboardBody"]["Fn::Join"][1]
        text = "".join(part if isinstance(part, str) else "token" for part in parts)
        yield from (widget["properties"] for widget in json.loads(text)["widgets"])


def dashboard_metrics(template: Template) -> set[MetricKey]:
    """Our own metrics in the dashboards."""
    return {
        metric
        for widget in widgets(template)
        for line in widget.get("metrics", [])
        for metric in _parse_line(line)
    }


def _parse_line(line: list[Any]) -> Iterator[MetricKey]:
    """The metrics of a graph's line: named, or found by a search."""
    if isinstance(line[0], dict):
        for schema, name, _ in _SEARCH.findall(line[0]["expression"]):
            namespace, *dimensions = schema.split(",")
            assert namespace == NAMESPACE
            yield MetricKey(name=name, dimensions=frozenset(dimensions))
    elif line[0] == NAMESPACE:
        texts = [part for part in line[2:] if isinstance(part, str)]
        yield MetricKey.of(line[1], dict(zip(texts[::2], texts[1::2], strict=True)))


def alarm_metrics(template: Template) -> set[MetricKey]:
    """Our own metrics in the alarms."""
    return {
        MetricKey.of(
            metric["MetricName"], {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        )
        for alarm in template.of_type("AWS::CloudWatch::Alarm").values()
        for metric in metrics_of_alarm(alarm)
        if metric["Namespace"] == NAMESPACE
    }


def metrics_of_alarm(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The alarm's one metric, or those of its expression."""
    if "MetricName" in alarm:
        return [alarm]
    return [part["MetricStat"]["Metric"] for part in alarm["Metrics"] if "MetricStat" in part]
