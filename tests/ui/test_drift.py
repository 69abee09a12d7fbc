"""Charts of the overview: each share is of the right whole, and a change is more than chance."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from contracts.overview import DayOverview
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.drift import DAYS, Chart, build_charts

TODAY = date(2026, 11, 29)


def build_day(days_ago: int, outcomes: dict[str, int], **verdicts: int) -> DayOverview:
    return DayOverview(
        day=(TODAY - timedelta(days=days_ago)).isoformat(),
        radiographs=sum(outcomes.values()),
        outcomes=outcomes,
        verdicts=verdicts,
        median_score=0.25,
    )


def chart_by_name(*days: DayOverview) -> dict[str, Chart]:
    return {chart.name: chart for chart in build_charts(days, today=TODAY)}


def test_each_share_is_of_its_own_whole() -> None:
    outcomes = {"pneumonia": 2, "uncertain": 1, "no_pneumonia": 5, "not_assessed": 2}
    day = build_day(0, {**outcomes, "rejected": 10, "failed": 1}, agree=3, disagree=1, neither=7)
    last = {name: chart.points[-1] for name, chart in chart_by_name(day).items()}
    assert {name: (point.value, point.count) for name, point in last.items()} == {
        "Pneumonia detected": (0.25, 8),
        "Uncertain": (0.125, 8),
        "Not assessed": (0.2, 10),
        "Files not accepted": (0.5, 20),
        "Median probability": (0.25, 8),
        "Agreement of reviews": (0.75, 4),
    }


def test_days_are_in_the_order_of_time_with_gaps() -> None:
    days = [build_day(ago, {"pneumonia": 1, "no_pneumonia": 1}) for ago in (0, 1, 5, 13)]
    chart = chart_by_name(*days)["Pneumonia detected"]
    assert [point.day for point in chart.points][:: DAYS - 1] == ["2026-11-16", "2026-11-29"]
    assert chart.lines == ["258.5,40.0 280.0,40.0"]
    assert len(chart.dots) == 4


@pytest.mark.parametrize(
    ("recent", "before", "is_changed"),
    [
        ((20, 40), (20, 100), True),
        ((5, 40), (45, 100), True),
        ((12, 40), (20, 100), False),
        ((20, 29), (20, 100), False),
        ((0, 40), (0, 100), False),
    ],
)
def test_a_change_is_more_than_chance_and_rests_on_enough_films(
    recent: tuple[int, int], before: tuple[int, int], is_changed: bool
) -> None:
    days = [
        build_day(ago, {"pneumonia": part, "no_pneumonia": whole - part})
        for ago, (part, whole) in ((1, recent), (8, before))
    ]
    chart = chart_by_name(*days)["Pneumonia detected"]
    assert chart.is_changed is is_changed
    assert f"Last 3 days: {recent[0]} of {recent[1]} (" in chart.summary
    assert f"Before: {before[0]} of {before[1]} (" in chart.summary


def test_a_site_without_films_has_empty_charts() -> None:
    charts = build_charts([], today=TODAY)
    assert not any(chart.lines or chart.dots or chart.is_changed for chart in charts)
    assert charts[0].summary == "Last 3 days: nothing to count. Before: nothing to count."


def test_the_overview_shows_charts_and_their_table(
    site_administrator: FlaskClient, api: RecordedApi
) -> None:
    body = {"days": [], "complete": True}
    api.respond("GET /v1/overview", RecordedResponse(body=body))
    page = site_administrator.get("/overview").text
    assert page.count('<svg viewBox="-4 -4 288 88" role="img"') == 6
    assert 'aria-label="Table of changes"' in page and "Changed</span>" not in page
