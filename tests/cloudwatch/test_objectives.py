"""The error budgets of the objectives, and the rates at which their alarms ring."""

import json
from typing import Any

import pytest

from tests.synthesis import Template

PREFIX = "chest-xray-prod-objective-"


def windows(monitoring: Template) -> dict[str, dict[str, Any]]:
    return {
        alarm["AlarmName"].removeprefix(PREFIX): alarm
        for alarm in monitoring.of_type("AWS::CloudWatch::Alarm").values()
        if alarm["AlarmName"].startswith(PREFIX)
    }


@pytest.mark.parametrize(
    ("name", "threshold", "seconds"),
    [
        ("available-fast-60-minutes", 7.2, 3600),
        ("available-fast-5-minutes", 7.2, 300),
        ("available-slow-360-minutes", 3, 21600),
        ("available-slow-30-minutes", 3, 1800),
        ("answered-siteNorth-fast-60-minutes", 14.4, 3600),
        ("answered-siteSouth-slow-360-minutes", 6, 21600),
    ],
)
def test_a_window_rings_above_its_share_of_bad_events(
    monitoring: Template, name: str, threshold: float, seconds: int
) -> None:
    alarm = windows(monitoring)[name]
    assert alarm["Threshold"] == pytest.approx(threshold)
    periods = {part["MetricStat"]["Period"] for part in alarm["Metrics"] if "MetricStat" in part}
    assert periods == {seconds}
    assert "AlarmActions" not in alarm


@pytest.mark.parametrize(
    ("series", "percent"),
    [
        ({"good": 86, "all": 100}, 14),
        ({"good": 96, "all": 100}, 0),  # Four are no trend.
        ({"good": 0, "all": 5}, 100),
    ],
)
def test_few_slow_answers_are_no_share(
    monitoring: Template, series: dict[str, float], percent: float
) -> None:
    alarm = windows(monitoring)["answered-siteNorth-fast-60-minutes"]
    [expression] = [part["Expression"] for part in alarm["Metrics"] if "Expression" in part]
    # IF is the only function of CloudWatch in it.
    functions = {"IF": lambda condition, yes, no: yes if condition else no}
    assert eval(expression, functions, series) == pytest.approx(percent)


def test_answers_are_counted_up_to_ten_seconds(monitoring: Template) -> None:
    alarm = windows(monitoring)["answered-siteNorth-slow-30-minutes"]
    statistics = {part["MetricStat"]["Stat"] for part in alarm["Metrics"] if "MetricStat" in part}
    assert statistics == {"TC(:10)", "SampleCount"}


def test_people_are_told_where_both_windows_ring(monitoring: Template) -> None:
    composites = {
        each["AlarmName"].removeprefix(PREFIX): each
        for each in monitoring.of_type("AWS::CloudWatch::CompositeAlarm").values()
        if each["AlarmName"].startswith(PREFIX)
    }
    assert len(composites) * 2 == len(windows(monitoring))
    for name, composite in composites.items():
        rule = json.dumps(composite["AlarmRule"])
        assert " AND " in rule and " OR " not in rule
        [topic] = composite["AlarmActions"]
        assert ("Page" if name.endswith("-fast") else "Ticket") in topic["Ref"]
