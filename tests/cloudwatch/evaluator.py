"""A small CloudWatch: reads a synthesised alarm, and says in which state given values leave it.

It knows what our alarms use: sliding windows, six statistics, arithmetic with IF, M of N, and the
four ways to treat missing data.
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
    """One value of a metric, `at` seconds."""

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
    """The alarm's state at each of these moments, from INSUFFICIENT_DATA on."""
    state, found = INSUFFICIENT_DATA, []
    series = _series(values)
    for moment in at:
        state = _state(alarm, series, moment, before=state)
        found.append(state)
    return found


def _series(values: Iterable[Value]) -> Series:
    """By metric: the moments of its values, in order, and the values."""
    series: Series = defaultdict(lambda: ([], []))
    for each in sorted(values, key=lambda value: value.at):
        moments, found = series[_key(each.name, each.dimensions)]
        moments.append(each.at)
        found.append(each.value)
    return series


def _key(name: str, dimensions: Mapping[str, Any]) -> str:
    return json.dumps([name, dimensions], sort_keys=True)


def _state(alarm: Mapping[str, Any], series: Series, moment: float, *, before: str) -> str:
    points = [_point(alarm, series, moment, back) for back in range(alarm["EvaluationPeriods"])]
    known = [point for point in points if point is not None]
    missing, treated = len(points) - len(known), alarm["TreatMissingData"]
    if not known and treated in ("ignore", "missing"):
        return before if treated == "ignore" else INSUFFICIENT_DATA
    breaches = _COMPARE[alarm["ComparisonOperator"]]
    count = sum(breaches(point, alarm["Threshold"]) for point in known)
    count += missing if treated == "breaching" else 0
    return ALARM if count >= alarm["DatapointsToAlarm"] else OK


def _point(alarm: Mapping[str, Any], series: Series, moment: float, back: int) -> float | None:
    """The value of the alarm's metric or expression, `back` periods before the moment."""
    if "MetricName" in alarm:
        statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        end = moment - back * alarm["Period"]
        return _value(alarm, statistic, series, (end - alarm["Period"], end))
    expression, known = "", {}
    for part in alarm["Metrics"]:
        if "Expression" in part:
            expression = part["Expression"]
            continue
        of = part["MetricStat"]
        end = moment - back * of["Period"]
        point = _value(of["Metric"], of["Stat"], series, (end - of["Period"], end))
        if point is None:
            return None
        known[part["Id"]] = point
    return float(_compute(ast.parse(expression, mode="eval").body, known))


def _value(
    metric: Mapping[str, Any], statistic: str, series: Series, window: tuple[float, float]
) -> float | None:
    """After the window's first moment, up to its last."""
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


def _compute(node: ast.AST, known: Mapping[str, float]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return known[name]
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATORS[type(op)](_compute(left, known), _compute(right, known))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _OPERATORS[type(op)](_compute(left, known), _compute(right, known))
        case ast.Call(func=ast.Name(id="IF"), args=[condition, yes, no]):
            return _compute(yes if _compute(condition, known) else no, known)
    raise AssertionError(f"the alarms did not use {ast.dump(node)} so far")
