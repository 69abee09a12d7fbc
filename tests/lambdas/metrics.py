"""The metrics that functions have written, read from their log lines as CloudWatch reads them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Emitted:
    """One value of a metric, with the dimensions that CloudWatch keeps it under."""

    namespace: str
    name: str
    value: float
    dimensions: Mapping[str, str]


def emitted(lines: Iterable[str]) -> Iterator[Emitted]:
    """The metrics among `lines`; other log lines are passed over."""
    for line in lines:
        document = _parsed(line)
        if document is None:
            continue
        for directive in document["_aws"]["CloudWatchMetrics"]:
            [names] = directive["Dimensions"]
            for metric in directive["Metrics"]:
                yield Emitted(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    value=_only(document[metric["Name"]]),
                    dimensions={name: document[name] for name in names},
                )


def _parsed(line: str) -> dict[str, Any] | None:
    """A metric line in the embedded metric format; None of any other."""
    start = line.find('{"_aws"')
    return json.loads(line[start:]) if start >= 0 else None


def _only(values: list[float] | float) -> float:
    [value] = values if isinstance(values, list) else [values]
    return value
