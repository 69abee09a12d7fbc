"""The status of a radiograph as every page shows it: an icon, a headline and a detail."""

from dataclasses import dataclass

from contracts import file_texts, texts
from contracts.answers import Answer
from contracts.api import RadiographView
from contracts.language import gettext
from contracts.later_values import is_unknown
from contracts.record import State
from ui.deletions import format_deletion
from ui.formatting import capitalize_first
from ui.polling import Polling


@dataclass(frozen=True, kw_only=True)
class Status:
    """A state or a decision; `kind` selects its icon and its colour."""

    kind: str
    headline: str
    detail: str = ""


def build_status(view: RadiographView, polling: Polling) -> Status:
    match view.state:
        case State.SCREENED if view.answer:
            return _decision_status(view.answer)
        case State.SCREENED if view.is_answer_hidden:
            detail = gettext("The answer is shown after your finding.")
            return Status(kind="blind", headline=gettext("Blind reading"), detail=detail)
        case State.REJECTED if view.rejection:
            detail = file_texts.format_rejection(view.rejection, view.rejection_detail)
            return Status(kind="rejected", headline=texts.STATES[State.REJECTED], detail=detail)
        case State.FAILED | State.EXPIRED | State.UNREADABLE if not polling.is_screening(view):
            headline, _, detail = texts.STATES[view.state].partition(". ")
            return Status(kind=str(view.state), headline=f"{headline}.", detail=detail)
        case State.DELETED:
            detail = format_deletion(view.deletion) if view.deletion else ""
            return Status(kind="deleted", headline=texts.STATES[State.DELETED], detail=detail)
    detail = gettext(texts.SLOW) if polling.is_slow(view) else ""
    return Status(kind="pending", headline=f"{polling.state_text(view)}…", detail=detail)


def _decision_status(answer: Answer) -> Status:
    sentence = texts.format_decision(answer)
    if answer.is_assessed:
        return Status(kind=str(answer.decision), headline=sentence)
    headline, _, reason = sentence.partition(": ")
    detail = capitalize_first(reason)
    is_later = is_unknown(answer.decision)
    return Status(
        kind="unreadable" if is_later else "not_assessed", headline=headline, detail=detail
    )
