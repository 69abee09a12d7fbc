"""How values are shown: shapes, sentences, times, sizes, and the probability on its scale."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask

from contracts import texts
from contracts.answers import Answer, Decision, Predictor
from contracts.api import RadiographView
from contracts.record import State
from ui import model_card
from ui.auth.user import current_user, is_from_script, reviews_answers, settings
from ui.polling import Waiting

PREDICTORS = {Predictor.ENDPOINT: "GPU endpoint", Predictor.CPU: "CPU model"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A state or decision: `kind` names its shape and colour, `more` is the rest."""

    kind: str
    headline: str
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Places in per cent of the width, on the scale of the probability that is shown."""

    probability: float
    threshold: float
    low: float
    high: float


def teach(app: Flask) -> None:
    app.jinja_env.filters.update(
        ago=ago, exact=exact, megabytes=megabytes, percent=texts.format_percent, said=said
    )
    app.jinja_env.globals.update(
        texts=texts, predictors=PREDICTORS, scale=scale, first_wait=Waiting(asked=1)
    )
    app.context_processor(
        lambda: {
            "user": current_user(),
            "reviews_answers": reviews_answers,
            "model_version": model_card.version,
            "settings": settings(),
            "is_fragment": is_from_script(),
        }
    )


def said(view: RadiographView, waiting: Waiting) -> Said:
    """What the page says first of a radiograph."""
    match view.state:
        case State.SCREENED if view.answer:
            return _decided(view.answer)
        case State.REJECTED if view.rejection:
            more = texts.format_rejection(view.rejection, view.rejection_detail)
            return Said(kind="rejected", headline=texts.STATES[State.REJECTED], more=more)
        case State.FAILED | State.EXPIRED:
            headline, _, more = texts.STATES[view.state].partition(". ")
            return Said(kind=str(view.state), headline=f"{headline}.", more=more)
        case State.DELETED:
            return Said(kind="deleted", headline=texts.STATES[State.DELETED])
    more = texts.SLOW if waiting.is_slow(view) else ""
    return Said(kind="waiting", headline=f"{waiting.says(view)}…", more=more)


def _decided(answer: Answer) -> Said:
    sentence = texts.format_decision(answer)
    if answer.decision is not Decision.NOT_ASSESSED:
        return Said(kind=str(answer.decision), headline=sentence)
    headline, _, more = sentence.partition(": ")
    return Said(kind="not_assessed", headline=headline, more=more[:1].upper() + more[1:])


def scale(answer: Answer) -> Scale:
    """Threshold and band hold for the probability at the validation prevalence, so they move with
    it to the one that is shown (by the same shift of the log odds).
    """
    shift = _log_odds(answer.shown_probability) - _log_odds(answer.probability)

    def place(share: float) -> float:
        return round(100 / (1 + math.exp(-_log_odds(share) - shift)), 1)

    low, high = answer.band
    return Scale(
        probability=round(100 * answer.shown_probability, 1),
        threshold=place(answer.threshold),
        low=place(low),
        high=place(high),
    )


def _log_odds(share: float) -> float:
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


def ago(at: str) -> str:
    """ "12 s ago"; static/times.js says the same."""
    seconds = max(0, round((datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def exact(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%-d %b %Y, %H:%M:%S UTC")


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size / 1e6, 0.01):.2f} MB"
