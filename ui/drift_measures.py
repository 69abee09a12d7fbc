"""The shares of a site's answers that its overview watches, and what a change of each can mean."""

from collections.abc import Callable
from dataclasses import dataclass

from contracts.answers import Decision
from contracts.language import mark
from contracts.overview import DayOverview
from contracts.proportions import Share
from contracts.record import State


@dataclass(frozen=True, kw_only=True)
class Measure:
    """`read` finds the share of a day. `meaning` says what a change can mean and what to do."""

    name: str
    meaning: str
    read: Callable[[DayOverview], Share]


def _count_answers(day: DayOverview) -> int:
    return sum(day.outcomes.get(decision, 0) for decision in Decision)


def count_assessed(day: DayOverview | None) -> int:
    return _count_answers(day) - day.outcomes.get(Decision.NOT_ASSESSED, 0) if day else 0


def _of_assessed(decision: Decision) -> Callable[[DayOverview], Share]:
    return lambda day: (day.outcomes.get(decision, 0), count_assessed(day))


def _read_not_assessed(day: DayOverview) -> Share:
    return day.outcomes.get(Decision.NOT_ASSESSED, 0), _count_answers(day)


def _read_rejected(day: DayOverview) -> Share:
    rejected = day.outcomes.get(State.REJECTED, 0)
    return rejected, rejected + _count_answers(day)


def _read_agreement(day: DayOverview) -> Share:
    agree, disagree = day.verdicts.get("agree", 0), day.verdicts.get("disagree", 0)
    return agree, agree + disagree


MEASURES = (
    Measure(
        name=mark("Pneumonia detected"),
        meaning=mark(
            "Of films that were assessed. A season, another ward or another device can raise or "
            "lower it. If none explains it, compare ten of these films with your own findings, and "
            "check the prevalence in the site's settings."
        ),
        read=_of_assessed(Decision.PNEUMONIA),
    ),
    Measure(
        name=mark("Uncertain"),
        meaning=mark(
            "Of films that were assessed. More of them means films near the threshold: often "
            "another device or exposure. They need a radiologist, so plan for the readings."
        ),
        read=_of_assessed(Decision.UNCERTAIN),
    ),
    Measure(
        name=mark("Not assessed"),
        meaning=mark(
            "Of all answers. More of them means other films than the model is made for: lateral or "
            "turned ones, other ages, no age. The tab “Not assessed” has the reason of each; the "
            "most frequent one says whom to ask, mostly the people at the modality."
        ),
        read=_read_not_assessed,
    ),
    Measure(
        name=mark("Files not accepted"),
        meaning=mark(
            "Of all files. More of them mostly means another export: look at the reasons in the "
            "tab “Rejected”, and ask who changed the modality or the viewer."
        ),
        read=_read_rejected,
    ),
    Measure(
        name=mark("Agreement of reviews"),
        meaning=mark(
            "Of reviews that can be compared with the answer. If it falls while the rest stays, "
            "trust the answers less until you know why: look at the films on which doctors "
            "disagree, then recalibrate the site or report it."
        ),
        read=_read_agreement,
    ),
)
