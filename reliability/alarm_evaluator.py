"""Evaluates a synthesised alarm on metric values, as CloudWatch does.

It supports what our alarms use: sliding windows, six statistics, arithmetic with IF and FILL, M of
N datapoints, and the four ways to treat missing data.
"""

import ast
import json
import math
import operator
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a metric, `at` seconds after the start."""

    at: float
    name: str
    dimensions: Mapping[str, Any]
    value: float


@dataclass(frozen=True, kw_only=True)
class Points:
    """The values of one metric in the order of time; `sums` are of the first 0, 1, 2 ... values."""

    moments: Sequence[float] = ()
    values: Sequence[float] = ()
    sums: Sequence[float] = (0.0,)


Series = Mapping[str, Points]


_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
}
_OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
}


def states(alarm: Mapping[str, Any], values: Iterable[Value], *, at: Sequence[float]) -> list[str]:
    """The alarm's state at each moment; before the first one it is INSUFFICIENT_DATA."""
    return states_of_series(alarm, build_series(values), at=at)


def states_of_series(alarm: Mapping[str, Any], series: Series, *, at: Sequence[float]) -> list[str]:
    """`states`, for values that several alarms share."""
    state, history, point = INSUFFICIENT_DATA, [], _Point(alarm, series)
    for moment in at:
        state = _state(alarm, point, moment, before=state)
        history.append(state)
    return history


def build_series(values: Iterable[Value]) -> Series:
    """The values by metric."""
    by_metric: dict[str, list[Value]] = defaultdict(list)
    for value in sorted(values, key=lambda value: value.at):
        by_metric[_key(value.name, value.dimensions)].append(value)
    return {
        key: Points(
            moments=[value.at for value in of_metric],
            values=[value.value for value in of_metric],
            sums=[0.0, *accumulate(value.value for value in of_metric)],
        )
        for key, of_metric in by_metric.items()
    }


def _key(name: str, dimensions: Mapping[str, Any]) -> str:
    return json.dumps([name, dimensions], sort_keys=True)


def _state(alarm: Mapping[str, Any], point: "_Point", moment: float, *, before: str) -> str:
    points = [point.at(moment, back) for back in range(alarm["EvaluationPeriods"])]
    present = [point for point in points if point is not None]
    missing, treatment = len(points) - len(present), alarm["TreatMissingData"]
    if not present and treatment in ("ignore", "missing"):
        return before if treatment == "ignore" else INSUFFICIENT_DATA
    breaches = _COMPARE[alarm["ComparisonOperator"]]
    count = sum(breaches(point, alarm["Threshold"]) for point in present)
    count += missing if treatment == "breaching" else 0
    return ALARM if count >= alarm["DatapointsToAlarm"] else OK


@dataclass(frozen=True, kw_only=True)
class _Statistic:
    """A statistic of one metric over periods of `period` seconds."""

    points: Points
    name: str
    period: float

    def at(self, moment: float, back: int) -> float | None:
        """The value of the period that ends `back` periods before the moment; None without values.

        A period has the values after its start, up to its end.
        """
        end = moment - back * self.period
        moments = self.points.moments
        first, last = bisect_right(moments, end - self.period), bisect_right(moments, end)
        if first == last:
            return None
        if self.name == "Sum":
            return self.points.sums[last] - self.points.sums[first]
        if self.name == "SampleCount":
            return float(last - first)
        return _statistic(self.name, sorted(self.points.values[first:last]))


class _Point:
    """The value of an alarm's metric or expression."""

    def __init__(self, alarm: Mapping[str, Any], series: Series) -> None:
        parts = alarm.get("Metrics", [])
        if "MetricName" in alarm:
            name = alarm.get("Statistic") or alarm["ExtendedStatistic"]
            stat = {"Metric": alarm, "Stat": name, "Period": alarm["Period"]}
            parts = [{"Id": "only", "MetricStat": stat}, {"Expression": "only"}]
        [expression] = [part["Expression"] for part in parts if "Expression" in part]
        self._expression = ast.parse(expression, mode="eval").body
        self._statistics = {
            part["Id"]: _build_statistic(part["MetricStat"], series)
            for part in parts
            if "MetricStat" in part
        }

    def at(self, moment: float, back: int) -> float | None:
        """None where a metric outside of FILL has no value."""
        variables = {id_: each.at(moment, back) for id_, each in self._statistics.items()}
        try:
            return float(_compute(self._expression, variables))
        except _MissingValueError:
            return None


def _build_statistic(stat: Mapping[str, Any], series: Series) -> _Statistic:
    metric = stat["Metric"]
    dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    points = series.get(_key(metric["MetricName"], dimensions), Points())
    return _Statistic(points=points, name=stat["Stat"], period=stat["Period"])


def _statistic(name: str, window: list[float]) -> float:
    if name.startswith("p"):
        return window[max(0, math.ceil(len(window) * float(name[1:]) / 100) - 1)]
    return {
        "Average": math.fsum(window) / len(window),
        "Minimum": window[0],
        "Maximum": window[-1],
    }[name]


class _MissingValueError(Exception):
    """A metric of an expression has no value in the window, and no FILL stands around it."""


def _compute(node: ast.AST, variables: Mapping[str, float | None]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            if variables[name] is None:
                raise _MissingValueError
            return variables[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_compute(left, variables), _compute(right, variables))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _OPERATORS[type(op)](_compute(left, variables), _compute(right, variables))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            return _compute(yes if _compute(condition, variables) else no, variables)
        case ast.Call(
            func=ast.Name(id="FILL"), args=[ast.Name(id=name), ast.Constant(value=number)]
        ):
            value = variables[name]
            return number if value is None else value
    raise AssertionError(f"the evaluator does not support {ast.dump(node)}")
