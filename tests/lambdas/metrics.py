"""Parses the metrics in the functions' log lines, as CloudWatch does."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One value of a metric, with its dimensions in CloudWatch."""

    namespace: str
    name: str
    value: float
    dimensions: Mapping[str, str]


def parse_metrics(lines: Iterable[str]) -> Iterator[MetricValue]:
    """The metrics among `lines`; other log lines are skipped."""
    for line in lines:
        document = _parse(line)
        if document is None:
            continue
        for directive in document["_aws"]["CloudWatchMetrics"]:
            [names] = directive["Dimensions"]
            for metric in directive["Metrics"]:
                yield MetricValue(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    value=_single_value(document[metric["Name"]]),
                    dimensions={name: document[name] for name in names},
                )


def _parse(line: str) -> dict[str, Any] | None:
    """The document of a line in the embedded metric format (EMF); None for any other line."""
    start = line.find('{"_aws"')
    return json.loads(line[start:]) if start >= 0 else None


def _single_value(values: list[float] | float) -> float:
    [value] = values if isinstance(values, list) else [values]
    return value
