"""What an administrator sees of a site: volumes, decisions and agreement, day by day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from contracts.answers import Answer
from contracts.findings import Verdict
from contracts.outcomes import find_verdict
from contracts.record import Record


@dataclass(frozen=True, kw_only=True)
class DayOverview:
    """The radiographs that were announced on `day` (UTC), which is written as 2026-11-29.

    `outcomes` counts them by decision, or by state where there is no answer; `verdicts` counts the
    reviews that stand, by how they compare with the answer, and `blind_verdicts` those of them that
    were made before the answer was shown. `later_verdicts` counts the films of which an outcome
    became known from elsewhere, by how it compares with the answer. `median_score` is that of the
    probabilities that stand beside decisions; None where there is none.
    """

    day: str
    radiographs: int
    outcomes: dict[str, int]
    verdicts: dict[str, int]
    blind_verdicts: dict[str, int] = field(default_factory=dict)
    later_verdicts: dict[str, int] = field(default_factory=dict)
    median_score: float | None = None


@dataclass(frozen=True, kw_only=True)
class SiteOverview:
    """`days` are newest first, without those on which there was nothing. `complete` is False where
    not all radiographs of these days were examined: the last day then lacks some.
    """

    days: tuple[DayOverview, ...]
    complete: bool


def summarise_days(records: Iterable[Record], *, now: datetime) -> tuple[DayOverview, ...]:
    by_day: dict[str, list[Record]] = {}
    for record in records:
        by_day.setdefault(record.created_at[:10], []).append(record)
    return tuple(
        DayOverview(
            day=day,
            radiographs=len(of_day),
            outcomes=dict(Counter(_name_outcome(record, now) for record in of_day)),
            verdicts=_count(each.verdict for record in of_day for each in record.reviews),
            blind_verdicts=_count(
                each.verdict for record in of_day for each in record.reviews if each.is_blind
            ),
            later_verdicts=_count(_find_later_verdict(record) for record in of_day),
            median_score=_find_median(record.answer for record in of_day),
        )
        for day, of_day in sorted(by_day.items(), reverse=True)
    )


def _count(verdicts: Iterable[Verdict | None]) -> dict[str, int]:
    return dict(Counter(str(verdict) for verdict in verdicts if verdict is not None))


def _find_later_verdict(record: Record) -> Verdict | None:
    return find_verdict(record.outcomes, record.answer) if record.answer else None


def _find_median(answers: Iterable[Answer | None]) -> float | None:
    scores = [each.shown_probability for each in answers if each and each.is_assessed]
    return median(scores) if scores else None


def _name_outcome(record: Record, now: datetime) -> str:
    return str(record.answer.decision if record.answer else record.state_at(now))
