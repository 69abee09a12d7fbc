"""The administrator's page of counts: volumes, decisions and agreement of the last two weeks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from contracts.answers import Decision
from contracts.findings import Verdict
from contracts.language import gettext
from contracts.overview import DayOverview
from ui.drift import build_charts
from ui.view_helpers import get_site_client

blueprint = Blueprint("overview", __name__)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How often findings of one kind agree with the answer."""

    name: str
    verdicts: Mapping[str, int]

    @property
    def agree(self) -> int:
        return self.verdicts.get(Verdict.AGREE, 0)

    @property
    def disagree(self) -> int:
        return self.verdicts.get(Verdict.DISAGREE, 0)

    @property
    def neither(self) -> int:
        return self.verdicts.get(Verdict.NEITHER, 0)

    @property
    def share(self) -> float | None:
        """Of those that can be compared; None where there is none."""
        count = self.agree + self.disagree
        return self.agree / count if count else None


@blueprint.get("/overview")
def page() -> ResponseReturnValue:
    overview = get_site_client().fetch_overview()
    total = _add(overview.days)
    return render_template(
        "overview/page.html",
        overview=overview,
        total=total,
        agreements=_list_agreements(total),
        decisions=tuple(Decision),
        count_unanswered=_count_unanswered,
        charts=build_charts(overview.days, today=datetime.now(UTC).date()),
    )


def _count_unanswered(day: DayOverview) -> int:
    return day.radiographs - sum(day.outcomes.get(decision, 0) for decision in Decision)


def _add(days: Sequence[DayOverview]) -> DayOverview:
    outcomes: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    blind_verdicts: Counter[str] = Counter()
    later_verdicts: Counter[str] = Counter()
    for each in days:
        outcomes.update(each.outcomes)
        verdicts.update(each.verdicts)
        blind_verdicts.update(each.blind_verdicts)
        later_verdicts.update(each.later_verdicts)
    return DayOverview(
        day=gettext("Together"),
        radiographs=sum(each.radiographs for each in days),
        outcomes=outcomes,
        verdicts=verdicts,
        blind_verdicts=blind_verdicts,
        later_verdicts=later_verdicts,
    )


def _list_agreements(total: DayOverview) -> list[Agreement]:
    """That of reviews after the answer, of readings before it, and of outcomes."""
    after_answer = Counter(total.verdicts)
    after_answer.subtract(total.blind_verdicts)
    return [
        Agreement(name=gettext("Reviews after the answer was shown"), verdicts=after_answer),
        Agreement(name=gettext("Blind readings, before it"), verdicts=total.blind_verdicts),
        Agreement(name=gettext("Films with an outcome"), verdicts=total.later_verdicts),
    ]
