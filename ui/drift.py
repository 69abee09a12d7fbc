"""Small charts of how the answers of a site change, from the days that the overview counts.

Recent days are compared with the days before. A share counts as changed where chance alone would
explain such a difference less than once in 100 comparisons (a test of two proportions), and both
sides have at least 30 films, under which the test is not valid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.language import gettext
from contracts.overview import DayOverview
from contracts.proportions import Share, differ
from ui.drift_measures import MEASURES, Measure, count_assessed

DAYS = 14
_RECENT_DAYS = 3
# Beyond it, a normal distribution has 1 in 100, on both sides together.
_MAX_Z = 2.58

# In units of the charts' view box.
WIDTH, HEIGHT = 280, 80


@dataclass(frozen=True, kw_only=True)
class Point:
    """One day of a chart; `value` is 0 to 1, None where there was nothing to count."""

    day: str
    value: float | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """`points` are in the order of time. `summary` compares the last days with those before."""

    name: str
    meaning: str
    points: tuple[Point, ...]
    summary: str
    is_changed: bool

    @property
    def lines(self) -> list[str]:
        """The attributes `points` of polylines: a day without a value interrupts the line."""
        return [" ".join(line) for line in self._find_lines() if len(line) > 1]

    @property
    def dots(self) -> list[tuple[float, float]]:
        return [place for place in map(self._place, range(len(self.points))) if place]

    def _find_lines(self) -> list[list[str]]:
        lines: list[list[str]] = [[]]
        for place in map(self._place, range(len(self.points))):
            if place is None:
                lines.append([])
            else:
                lines[-1].append("{},{}".format(*place))
        return lines

    def _place(self, index: int) -> tuple[float, float] | None:
        value = self.points[index].value
        if value is None:
            return None
        step = WIDTH / max(1, len(self.points) - 1)
        return round(index * step, 1), round((1 - value) * HEIGHT, 1)


def build_charts(days: Sequence[DayOverview], *, today: date) -> list[Chart]:
    """The charts of the 14 days up to `today`."""
    by_day = {each.day: each for each in days}
    names = [(today - timedelta(days=number)).isoformat() for number in reversed(range(DAYS))]
    shares = [_build_share_chart(each, names, by_day) for each in MEASURES]
    return [*shares[:4], _build_score_chart(names, by_day), *shares[4:]]


def _build_share_chart(
    measure: Measure, names: Sequence[str], by_day: dict[str, DayOverview]
) -> Chart:
    counts = [measure.read(by_day[name]) if name in by_day else (0, 0) for name in names]
    recent, before = _add(counts[-_RECENT_DAYS:]), _add(counts[:-_RECENT_DAYS])
    return Chart(
        name=gettext(measure.name),
        meaning=gettext(measure.meaning),
        points=tuple(
            Point(day=name, value=part / whole if whole else None, count=whole)
            for name, (part, whole) in zip(names, counts, strict=True)
        ),
        summary=gettext("Last {days} days: {recent}. Before: {before}.").format(
            days=_RECENT_DAYS, recent=_format(recent), before=_format(before)
        ),
        is_changed=differ(recent, before, max_z=_MAX_Z),
    )


def _build_score_chart(names: Sequence[str], by_day: dict[str, DayOverview]) -> Chart:
    """Has no comparison: medians of days do not tell the median of all."""
    points = tuple(
        Point(day=name, value=day.median_score if day else None, count=count_assessed(day))
        for name, day in ((name, by_day.get(name)) for name in names)
    )
    values = [point.value for point in points if point.value is not None]
    last = gettext("none yet")
    if values:
        last = gettext("{number} %").format(number=f"{100 * values[-1]:.0f}")
    return Chart(
        name=gettext("Median probability"),
        meaning=gettext(
            "It moves with other patients, another device or exposure, and with your site's "
            "settings. A step on one day points to a change of that day: ask what was changed."
        ),
        points=points,
        summary=gettext("Last day with answers: {share}.").format(share=last),
        is_changed=False,
    )


def _add(shares: Sequence[Share]) -> Share:
    return sum(part for part, _ in shares), sum(whole for _, whole in shares)


def _format(share: Share) -> str:
    part, whole = share
    if not whole:
        return gettext("nothing to count")
    percent = round(100 * part / whole)
    return gettext("{part} of {whole} ({percent} %)").format(
        part=part, whole=whole, percent=percent
    )
