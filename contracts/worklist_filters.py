"""Which radiographs each list of a site shows."""

from enum import StrEnum

from contracts.access import User
from contracts.answers import Decision
from contracts.blind_readings import hides_answer
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
# The lists that tell the decision.
_DECISION_FILTERS = frozenset({*_DECISIONS, Filter.UNCERTAIN})


def is_listed(record: Record, worklist_filter: Filter) -> bool:
    """Whether the list has the radiograph, for whoever may see its answer."""
    if worklist_filter in _DECISION_FILTERS and _is_unseen_sample(record):
        return False
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


def is_shown(record: Record, worklist_filter: Filter, user: User) -> bool:
    """Whether a user sees the radiograph in the list: in none that tells an answer which is hidden
    from the user.
    """
    is_hidden = worklist_filter in _DECISION_FILTERS and hides_answer(record, user)
    return not is_hidden and is_listed(record, worklist_filter)


def _is_unseen_sample(record: Record) -> bool:
    """Whether nobody has read the film, or asked for its answer: no count may tell it either."""
    is_seen = record.reviews or record.past_reviews or record.shown_to
    return record.is_blind_sample and not is_seen


def find_filters(record: Record) -> frozenset[Filter]:
    """The lists with an index of their own that show the radiograph."""
    return frozenset(each for each in INDEXED_FILTERS if is_listed(record, each))
