"""Each fault rings in time and a normal day is silent; `make alarm-days` runs 20 days of each."""

import random

import pytest

from reliability.alarm_days import evaluation
from reliability.alarm_days.evaluation import Alarm, find_false_rings, find_rings, select_alarms
from reliability.alarm_days.faults import Fault
from reliability.alarm_days.traffic import DAY_BEGINS, DAY_ENDS, draw_day
from reliability.alarm_evaluator import ALARM, OK, Value, states
from tests.cloudwatch.conftest import FindAlarm
from tests.synthesis import Template

HOUR = 3600.0


@pytest.fixture(scope="module")
def alarms(monitoring: Template) -> dict[str, Alarm]:
    return select_alarms(list(monitoring.of_type("AWS::CloudWatch::Alarm").values()))


@pytest.fixture(autouse=True)
def few_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DAYS", 3)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("radiographs_a_day", [50, 250, 500])
def test_a_fault_rings_in_time(
    alarms: dict[str, Alarm], fault: Fault, radiographs_a_day: int
) -> None:
    rings = list(find_rings(alarms, radiographs_a_day, fault))
    assert all(ring.is_in_time(radiographs_a_day) for ring in rings), rings


@pytest.mark.parametrize("has_promotion", [False, True])
def test_a_day_without_a_fault_is_silent(alarms: dict[str, Alarm], has_promotion: bool) -> None:
    assert find_false_rings(alarms, 250, has_promotion=has_promotion) == [set()] * 3


def test_films_come_by_day_as_often_as_expected() -> None:
    films = draw_day(20_000, random.Random(1))
    by_day = sum(DAY_BEGINS <= film.created_at < DAY_ENDS for film in films)
    assert 19_500 < len(films) < 20_500
    assert 0.94 < by_day / len(films) < 0.96


def test_a_night_with_a_scanner_alone_does_not_ring(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("front-door-refuses")
    [dimensions, _] = [
        {each["Name"]: each["Value"] for each in part["MetricStat"]["Metric"]["Dimensions"]}
        for part in alarm["Metrics"]
        if "MetricStat" in part
    ]
    values = [
        Value(at=second, name=name, dimensions=dimensions, value=1)
        for second in range(1, 1000)
        for name in ("Count", "4XXError")
    ]
    doctors = [
        Value(at=second + 0.5, name=name, dimensions=dimensions, value=value)
        for second in range(1, 100)
        for name, value in (("Count", 1), ("4XXError", 0))
    ]
    assert states(alarm, values, at=[HOUR]) == [OK]
    assert states(alarm, values + doctors, at=[HOUR]) == [ALARM]


def test_a_night_without_a_refill_rings_by_the_second_morning(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("refill-missing")
    [metric] = [part["MetricStat"]["Metric"] for part in alarm["Metrics"] if "MetricStat" in part]
    dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
    # Each night within a quarter of an hour, and not in the sixth night.
    nights = [
        Value(
            at=(24 * night + 4) * HOUR + 180 * (night % 5),
            name=metric["MetricName"],
            dimensions=dimensions,
            value=1,
        )
        for night in range(5)
    ]
    moments = [(24 + 5 + hour) * HOUR for hour in range(6 * 24)]
    history = states(alarm, nights, at=moments)
    first = moments[history.index(ALARM)]
    assert (4 * 24 + 4 + 26) * HOUR < first <= (4 * 24 + 4 + 28) * HOUR


def test_a_training_job_that_fails_rings_until_the_queue_is_purged(find_alarm: FindAlarm) -> None:
    alarm = find_alarm("training-failed")
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    values = [
        Value(at=60.0 * minute, name=alarm["MetricName"], dimensions=dimensions, value=value)
        for minute, value in ((1, 0), (2, 1), (600, 0))
    ]
    assert states(alarm, values, at=[60, 120, 6_000, 36_000]) == [OK, ALARM, ALARM, OK]
