"""Parses the metrics in the functions' log lines, as CloudWatch does."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_START = '{"_aws"'


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One value of a metric, with its dimensions in CloudWatch."""

    namespace: str
    name: str
    value: float
    dimensions: Mapping[str, str]


def parse_metrics(lines: Iterable[str]) -> Iterator[MetricValue]:
    """The metrics among `lines`; other log lines are skipped."""
    for document in (document for line in lines for document in _parse(line)):
        for directive in document["_aws"]["CloudWatchMetrics"]:
            [names] = directive["Dimensions"]
            for metric in directive["Metrics"]:
                yield MetricValue(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    value=_single_value(document[metric["Name"]]),
                    dimensions={name: document[name] for name in names},
                )


def _parse(line: str) -> Iterator[dict[str, Any]]:
    """The documents of a line in the embedded metric format (EMF); none in any other line.

    Locally, the processes of a function write into one file, and print a document and the end of
    its line apart: two documents may stand on one line.
    """
    decoder, start = json.JSONDecoder(), line.find(_START)
    while start >= 0:
        document, end = decoder.raw_decode(line, start)
        yield document
        start = line.find(_START, end)


def _single_value(values: list[float] | float) -> float:
    [value] = values if isinstance(values, list) else [values]
    return value
