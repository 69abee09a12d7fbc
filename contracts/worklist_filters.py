"""Which radiographs each list of a site shows."""

from enum import StrEnum

from contracts.answers import Decision
from contracts.differences import is_differing
from contracts.record import Record, State


class Filter(StrEnum):
    ALL = "all"
    TO_REVIEW = "to_review"
    PNEUMONIA = "pneumonia"
    UNCERTAIN = "uncertain"
    NO_PNEUMONIA = "no_pneumonia"
    NOT_ASSESSED = "not_assessed"
    REJECTED = "rejected"
    DIFFERING = "differing"


# The lists with an index of their own; the index of the site is that of all.
INDEXED_FILTERS = frozenset(Filter) - {Filter.ALL}

_DECISIONS = {
    Filter.PNEUMONIA: Decision.PNEUMONIA,
    Filter.NO_PNEUMONIA: Decision.NO_PNEUMONIA,
    Filter.NOT_ASSESSED: Decision.NOT_ASSESSED,
}


def is_listed(record: Record, worklist_filter: Filter) -> bool:
    match worklist_filter:
        case Filter.ALL:
            return True
        case Filter.TO_REVIEW:
            # One that cannot be read may hold an answer that nobody has reviewed.
            is_answered = record.state is State.SCREENED and not record.reviews
            return is_answered or record.state is State.UNREADABLE
        case Filter.UNCERTAIN:
            # A decision of a later release, which cannot be shown, is among them.
            return record.answer is not None and record.answer.decision not in _DECISIONS.values()
        case Filter.REJECTED:
            return record.state is State.REJECTED
        case Filter.DIFFERING:
            return record.state is State.SCREENED and is_differing(record.reviews)
        case _:
            decision = _DECISIONS[worklist_filter]
            return record.answer is not None and record.answer.decision == decision


def find_filters(record: Record) -> frozenset[Filter]:
    """The lists with an index of their own that show the radiograph."""
    return frozenset(each for each in INDEXED_FILTERS if is_listed(record, each))
