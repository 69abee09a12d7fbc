"""The evaluator behaves as CloudWatch documents, on alarms small enough to check by hand."""

from typing import Any

import pytest

from reliability.alarm_evaluator import ALARM, INSUFFICIENT_DATA, OK, Value, states

ABOVE_ONE = {
    "MetricName": "M",
    "Dimensions": [],
    "Period": 60,
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1,
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "TreatMissingData": "notBreaching",
}
SHARE = {
    "Metrics": [
        {"Id": "e", "Expression": "IF(n >= 3, 100 * m / n, 0)"},
        *(
            {
                "Id": id_,
                "MetricStat": {
                    "Metric": {"MetricName": name, "Dimensions": []},
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
            for id_, name in (("m", "M"), ("n", "N"))
        ),
    ],
}


def at(*moments: float, name: str = "M", value: float = 2) -> list[Value]:
    return [Value(at=moment, name=name, dimensions={}, value=value) for moment in moments]


def last(values: list[Value], moment: float, **properties: Any) -> str:
    return states({**ABOVE_ONE, **properties}, values, at=[moment])[-1]


def test_two_of_three_periods_ring() -> None:
    assert last(at(30), 180) == OK
    assert last(at(30, 150), 180) == ALARM
    assert last(at(30, 150), 240) == OK


def test_values_of_one_period_are_put_together() -> None:
    assert last(at(130, 140, value=1), 180, DatapointsToAlarm=1) == ALARM
    assert last(at(110, 140, value=1), 180, DatapointsToAlarm=1) == OK


@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        ("notBreaching", OK),
        ("breaching", ALARM),
        ("missing", INSUFFICIENT_DATA),
        ("ignore", INSUFFICIENT_DATA),
    ],
)
def test_nothing_known_is_treated_as_the_alarm_says(treatment: str, state: str) -> None:
    assert last([], 180, TreatMissingData=treatment) == state


def test_ignore_keeps_the_state() -> None:
    alarm = {**ABOVE_ONE, "DatapointsToAlarm": 1, "TreatMissingData": "ignore"}
    assert states(alarm, at(30), at=[60, 600]) == [ALARM, ALARM]


def test_another_dimension_is_another_metric() -> None:
    dimensions = [{"Name": "site", "Value": "siteNorth"}]
    assert last(at(30, 150), 180, Dimensions=dimensions) == OK


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("Sum", 10), ("Average", 2.5), ("SampleCount", 4), ("Minimum", 1), ("Maximum", 4), ("p50", 2)],
)
def test_a_statistic_is_of_the_period(statistic: str, value: float) -> None:
    values = [each for moment in (1, 2, 3, 4) for each in at(moment, value=moment)]
    settings = {"EvaluationPeriods": 1, "DatapointsToAlarm": 1, "Statistic": statistic}
    assert last(values, 60, Threshold=value - 0.1, **settings) == ALARM
    assert last(values, 60, Threshold=value, **settings) == OK


def test_an_expression_is_computed() -> None:
    alarm = {name: value for name, value in ABOVE_ONE.items() if name != "MetricName"}
    alarm |= {**SHARE, "EvaluationPeriods": 1, "DatapointsToAlarm": 1, "Threshold": 50}
    assert states(alarm, at(1) + at(2, name="N", value=3), at=[60]) == [ALARM]
    assert states(alarm, at(1) + at(2, name="N", value=4), at=[60]) == [OK]
    assert states(alarm, at(1) + at(2, name="N", value=2), at=[60]) == [OK]


def test_an_expression_without_one_of_its_metrics_has_no_value() -> None:
    alarm = {**ABOVE_ONE, **SHARE, "TreatMissingData": "missing"}
    del alarm["MetricName"]
    assert states(alarm, at(1), at=[60]) == [INSUFFICIENT_DATA]


def test_fill_stands_for_a_metric_without_values() -> None:
    alarm = {**ABOVE_ONE, **SHARE, "EvaluationPeriods": 1, "DatapointsToAlarm": 1, "Threshold": 3}
    del alarm["MetricName"]
    alarm["Metrics"] = [{"Id": "e", "Expression": "n - FILL(m, 0)"}, *SHARE["Metrics"][1:]]
    assert states(alarm, at(1, name="N", value=4), at=[60]) == [ALARM]
    assert states(alarm, at(1) + at(1, name="N", value=4), at=[60]) == [OK]
    assert states(alarm, at(1), at=[60]) == [OK]
