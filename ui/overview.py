"""The administrator's page of counts: volumes, decisions and agreement of the last two weeks."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from contracts.answers import Decision
from contracts.language import gettext
from contracts.overview import DayOverview
from ui.drift import build_charts
from ui.view_helpers import get_site_client

blueprint = Blueprint("overview", __name__)


@blueprint.get("/overview")
def page() -> ResponseReturnValue:
    overview = get_site_client().fetch_overview()
    return render_template(
        "overview/page.html",
        overview=overview,
        total=_add(overview.days),
        decisions=tuple(Decision),
        count_unanswered=_count_unanswered,
        charts=build_charts(overview.days, today=datetime.now(UTC).date()),
    )


def _count_unanswered(day: DayOverview) -> int:
    return day.radiographs - sum(day.outcomes.get(decision, 0) for decision in Decision)


def _add(days: Sequence[DayOverview]) -> DayOverview:
    outcomes: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for each in days:
        outcomes.update(each.outcomes)
        verdicts.update(each.verdicts)
    return DayOverview(
        day=gettext("Together"),
        radiographs=sum(each.radiographs for each in days),
        outcomes=outcomes,
        verdicts=verdicts,
    )
