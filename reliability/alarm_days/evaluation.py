"""Evaluates the alarms on days with and without faults."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.metrics import NAMESPACE, SITE, STAGE, Metric
from reliability.alarm_days.faults import Event, Fault, Site, emit_day
from reliability.alarm_days.traffic import DAY_ENDS, HOUR, Film, draw_day
from reliability.alarm_evaluator import ALARM, build_series, states_of_series

DAYS = 20
RADIOGRAPHS_A_DAY = (50, 100, 150, 250, 500, 1000, 2000)
# Up to this many a day, an alarm has 20 radiographs' time; above, an hour.
FEW_RADIOGRAPHS = 500
MAX_RADIOGRAPHS, MAX_SECONDS = 20, HOUR
_MINUTE = 60.0

Alarm = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Ring:
    """The first ring after a fault began: after so many seconds, and so many radiographs that the
    fault can concern. Both are infinite where nothing rings by the end of the day.
    """

    seconds: float
    radiographs: float

    def is_in_time(self, radiographs_a_day: int) -> bool:
        if radiographs_a_day < FEW_RADIOGRAPHS:
            return self.radiographs <= MAX_RADIOGRAPHS
        return self.seconds <= MAX_SECONDS


_NEVER = Ring(seconds=float("inf"), radiographs=float("inf"))


def select_alarms(alarms: Sequence[Alarm]) -> dict[str, Alarm]:
    """The alarms of a template that these faults concern, by their names within the stage."""
    selected = {}
    for alarm in alarms:
        name = alarm["AlarmName"].split("-", 3)[3]
        if any(name.startswith(fault) for fault in Fault):
            selected[name] = alarm
    return selected


def find_site(alarms: Mapping[str, Alarm]) -> Site:
    """The first site that the alarms name, with the dimensions of API Gateway's metrics."""
    metrics = [
        part["MetricStat"]["Metric"]
        for alarm in alarms.values()
        for part in alarm["Metrics"]
        if "MetricStat" in part
    ]
    own = next(_dimensions(each) for each in metrics if each["MetricName"] == Metric.CREATED)
    api = next(_dimensions(each) for each in metrics if each["Namespace"] != NAMESPACE)
    return Site(name=own[SITE], stage=own[STAGE], api=api)


def _dimensions(metric: Mapping[str, Any]) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in metric["Dimensions"]}


def find_false_rings(
    alarms: Mapping[str, Alarm], radiographs_a_day: int, *, has_promotion: bool
) -> list[set[str]]:
    """The alarms that ring on each of the days, on which nothing is wrong."""
    site, rings = find_site(alarms), []
    moments = [_MINUTE * minute for minute in range(1, 24 * 60 + 1)]
    for day in range(DAYS):
        random_ = random.Random(f"normal {radiographs_a_day} {day} {has_promotion}")
        event = Event(onset=random_.uniform(8, 17) * HOUR) if has_promotion else None
        films = draw_day(radiographs_a_day, random_)
        series = build_series(
            emit_day(films, site, random_, event=event, has_requests=not has_promotion)
        )
        rings.append(
            {
                name
                for name, alarm in alarms.items()
                if ALARM in states_of_series(alarm, series, at=moments)
            }
        )
    return rings


def find_rings(alarms: Mapping[str, Alarm], radiographs_a_day: int, fault: Fault) -> Iterator[Ring]:
    """The first ring of an alarm of the fault, on each of the days."""
    site = find_site(alarms)
    own = [alarm for name, alarm in alarms.items() if name.startswith(fault)]
    for day in range(DAYS):
        random_ = random.Random(f"{fault} {radiographs_a_day} {day}")
        # Early at a small site, so that its day is long enough for 20 radiographs.
        latest = 9 if radiographs_a_day < FEW_RADIOGRAPHS else 12
        event = Event(onset=random_.uniform(8, latest) * HOUR, fault=fault)
        films = draw_day(radiographs_a_day, random_)
        has_requests = fault is Fault.REFUSED
        series = build_series(
            emit_day(films, site, random_, event=event, has_requests=has_requests)
        )
        minutes = int((DAY_ENDS - event.onset) / _MINUTE)
        moments = [event.onset + _MINUTE * minute for minute in range(1, minutes)]
        rings = [
            moments[history.index(ALARM)]
            for history in (states_of_series(alarm, series, at=moments) for alarm in own)
            if ALARM in history
        ]
        yield _describe(min(rings), films, event) if rings else _NEVER


def _describe(moment: float, films: Sequence[Film], event: Event) -> Ring:
    counts = [_counts(film, event, moment) for film in films]
    return Ring(seconds=moment - event.onset, radiographs=sum(counts))


def _counts(film: Film, event: Event, moment: float) -> bool:
    """Whether the fault can have shown at the film by that moment: of those on which doctors
    disagree, at one that was reviewed.
    """
    at: float | None = film.created_at
    if event.fault is Fault.DISAGREE:
        at = film.reviewed_at if film.created_at >= event.onset else None
    return at is not None and event.onset <= at <= moment
