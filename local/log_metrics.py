"""The metrics in the functions' log lines, as CloudWatch reads them.

The lines have the embedded metric format (EMF), see
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_START = '{"_aws"'


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One value of a metric, with its dimensions in CloudWatch. `at` is in seconds since 1970."""

    namespace: str
    name: str
    unit: str
    value: float
    dimensions: Mapping[str, str]
    at: float


def parse_metrics(lines: Iterable[str]) -> Iterator[MetricValue]:
    """The metrics among `lines`; other log lines, and lines that are cut off, are skipped."""
    for document in (document for line in lines for document in _parse(line)):
        for directive in document["_aws"]["CloudWatchMetrics"]:
            [names] = directive["Dimensions"]
            for metric in directive["Metrics"]:
                yield MetricValue(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    unit=metric["Unit"],
                    value=_single_value(document[metric["Name"]]),
                    dimensions={name: document[name] for name in names},
                    at=document["_aws"]["Timestamp"] / 1000,
                )


def _parse(line: str) -> Iterator[dict[str, Any]]:
    """The documents of a line in the embedded metric format (EMF); none in any other line.

    Locally, the processes of a function write into one file, and print a document and the end of
    its line apart: two documents may stand on one line.
    """
    decoder, start = json.JSONDecoder(), line.find(_START)
    while start >= 0:
        try:
            document, end = decoder.raw_decode(line, start)
        except ValueError:  # The process was killed while it wrote.
            end = start + len(_START)
        else:
            yield document
        start = line.find(_START, end)


def _single_value(values: list[float] | float) -> float:
    [value] = values if isinstance(values, list) else [values]
    return value
