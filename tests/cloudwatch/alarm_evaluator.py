"""Evaluates a synthesised alarm on metric values, as CloudWatch does.

It supports what our alarms use: sliding windows, six statistics, arithmetic with IF, M of N
datapoints, and the four ways to treat missing data.
"""

import ast
import json
import math
import operator
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of a metric, `at` seconds after the start."""

    at: float
    name: str
    dimensions: Mapping[str, Any]
    value: float


Series = dict[str, tuple[list[float], list[float]]]

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
    state, history = INSUFFICIENT_DATA, []
    series = _series(values)
    for moment in at:
        state = _state(alarm, series, moment, before=state)
        history.append(state)
    return history


def _series(values: Iterable[Value]) -> Series:
    """Moments and values by metric, in the order of time."""
    series: Series = defaultdict(lambda: ([], []))
    for value in sorted(values, key=lambda value: value.at):
        moments, numbers = series[_key(value.name, value.dimensions)]
        moments.append(value.at)
        numbers.append(value.value)
    return series


def _key(name: str, dimensions: Mapping[str, Any]) -> str:
    return json.dumps([name, dimensions], sort_keys=True)


def _state(alarm: Mapping[str, Any], series: Series, moment: float, *, before: str) -> str:
    points = [_point(alarm, series, moment, back) for back in range(alarm["EvaluationPeriods"])]
    present = [point for point in points if point is not None]
    missing, treatment = len(points) - len(present), alarm["TreatMissingData"]
    if not present and treatment in ("ignore", "missing"):
        return before if treatment == "ignore" else INSUFFICIENT_DATA
    breaches = _COMPARE[alarm["ComparisonOperator"]]
    count = sum(breaches(point, alarm["Threshold"]) for point in present)
    count += missing if treatment == "breaching" else 0
    return ALARM if count >= alarm["DatapointsToAlarm"] else OK


def _point(alarm: Mapping[str, Any], series: Series, moment: float, back: int) -> float | None:
    """The value of the alarm's metric or expression, `back` periods before the moment."""
    if "MetricName" in alarm:
        statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        end = moment - back * alarm["Period"]
        return _value(alarm, statistic, series, (end - alarm["Period"], end))
    expression, variables = "", {}
    for part in alarm["Metrics"]:
        if "Expression" in part:
            expression = part["Expression"]
            continue
        metric_stat = part["MetricStat"]
        end = moment - back * metric_stat["Period"]
        window = (end - metric_stat["Period"], end)
        point = _value(metric_stat["Metric"], metric_stat["Stat"], series, window)
        if point is None:
            return None
        variables[part["Id"]] = point
    return float(_compute(ast.parse(expression, mode="eval").body, variables))


def _value(
    metric: Mapping[str, Any], statistic: str, series: Series, window: tuple[float, float]
) -> float | None:
    """The statistic of the values after the window's start, up to its end; None without values."""
    dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    moments, values = series.get(_key(metric["MetricName"], dimensions), ([], []))
    first, last = (bisect_right(moments, moment) for moment in window)
    return _statistic(statistic, sorted(values[first:last])) if first < last else None


def _statistic(name: str, window: list[float]) -> float:
    if name.startswith("p"):
        return window[max(0, math.ceil(len(window) * float(name[1:]) / 100) - 1)]
    return {
        "Sum": math.fsum(window),
        "Average": math.fsum(window) / len(window),
        "SampleCount": float(len(window)),
        "Minimum": window[0],
        "Maximum": window[-1],
    }[name]


def _compute(node: ast.AST, variables: Mapping[str, float]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return variables[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_compute(left, variables), _compute(right, variables))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _OPERATORS[type(op)](_compute(left, variables), _compute(right, variables))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            return _compute(yes if _compute(condition, variables) else no, variables)
    raise AssertionError(f"the evaluator does not support {ast.dump(node)}")
