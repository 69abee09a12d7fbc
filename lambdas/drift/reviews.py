"""What the reviews of a site say: agreement, sensitivity, whether there are any, by scanner and
after a change of the model.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from contracts.answers import Decision
from contracts.findings import Verdict, has_pneumonia
from contracts.proportions import Share, differ
from contracts.record import Record
from lambdas.drift.signals import WINDOW

# The function runs each hour, so chance alone may pass only once in 100,000 comparisons.
_MAX_Z = 4.42
_WEEK = timedelta(days=7)
# With fewer answers in a week, a week without a review says nothing.
_MIN_ANSWERS = 20


def find_review_notes(records: Sequence[Record], *, now: datetime) -> Iterator[str]:
    """The names of what changed. `records` have answers of one model version, newest first."""
    recent, before = records[:WINDOW], records[WINDOW:]
    if _differs(count_agreement(recent), count_agreement(before)):
        yield "agreement"
    if _differs(count_sensitivity(recent), count_sensitivity(before)):
        yield "sensitivity"
    of_week = [each for each in records if now - datetime.fromisoformat(each.created_at) < _WEEK]
    if len(of_week) >= _MIN_ANSWERS and not any(each.reviews for each in of_week):
        yield "reviews"
    for scanner in _list_scanners(records):
        of_scanner = [each for each in records if _name_scanner(each) == scanner]
        of_rest = [each for each in records if _name_scanner(each) != scanner]
        if _differs(count_agreement(of_scanner), count_agreement(of_rest)):
            yield f"agreement of {scanner}"


def find_release_notes(current: Sequence[Record], before: Sequence[Record]) -> Iterator[str]:
    """The names of what got worse since another model version answers; both are newest first."""
    for name, count in (("agreement", count_agreement), ("sure answers", count_sure)):
        recent, earlier = (count(records[:WINDOW]) for records in (current, before))
        if _differs(recent, earlier) and _divide(recent) < _divide(earlier):
            yield f"{name} since the model changed"


def count_agreement(records: Sequence[Record]) -> Share:
    """The films on which doctors agree with the answer, of those that can be compared."""
    verdicts = Counter(each.verdict for record in records for each in record.reviews)
    agree = verdicts[Verdict.AGREE]
    return agree, agree + verdicts[Verdict.DISAGREE]


def count_sure(records: Sequence[Record]) -> Share:
    """The answers that decide, of all: a model that is valid for nobody assesses no film."""
    decisions = Counter(each.answer.decision for each in records if each.answer)
    sure = decisions[Decision.PNEUMONIA] + decisions[Decision.NO_PNEUMONIA]
    return sure, decisions.total()


def count_sensitivity(records: Sequence[Record]) -> Share:
    """The positive answers, of the films on which a doctor finds pneumonia."""
    answers = [
        record.answer.positive
        for record in records
        if record.answer and any(has_pneumonia(each.finding) for each in record.reviews)
    ]
    return sum(answers), len(answers)


def _differs(recent: Share, before: Share) -> bool:
    return differ(recent, before, max_z=_MAX_Z)


def _divide(share: Share) -> float:
    part, whole = share
    return part / whole


def _list_scanners(records: Sequence[Record]) -> list[str]:
    return sorted({name for each in records if (name := _name_scanner(each))})


def _name_scanner(record: Record) -> str:
    return " ".join(filter(None, (record.manufacturer, record.scanner_model)))
