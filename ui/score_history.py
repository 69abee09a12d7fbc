"""Places the probabilities of a patient's films in a drawing, oldest first, with the uncertain band
and the threshold of each answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from contracts import evidence_texts
from contracts.api import RadiographView
from contracts.language import gettext
from languages.formats import format_day
from ui.probability_scale import build_scale

# Per cent of the drawing: room for the numbers on the left, and for the dates below.
_LEFT, _RIGHT, _TOP, _BOTTOM = 10.0, 100.0, 6.0, 80.0


class _Film(Protocol):
    @property
    def view(self) -> RadiographView: ...

    @property
    def day(self) -> date: ...


@dataclass(frozen=True, kw_only=True)
class ScorePoint:
    """One answer; `x`, `y`, `low`, `high` and `threshold` are per cent of the drawing from its
    upper left corner, so `high` is above `low` and smaller.
    """

    x: float
    y: float
    low: float
    high: float
    threshold: float
    decision: str
    date_text: str
    percent: str
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class ScoreHistory:
    """`has_models`: more than one version of the model has answered."""

    points: tuple[ScorePoint, ...]
    has_models: bool

    @property
    def ticks(self) -> tuple[tuple[int, float], ...]:
        """The numbers at the side, and where."""
        return tuple((percent, _place(percent)) for percent in (0, 50, 100))

    @property
    def description(self) -> str:
        return ", ".join(map(_describe_point, self.points))


def _describe_point(point: ScorePoint) -> str:
    text = gettext("{date} (this film) {percent}") if point.is_own else "{date} {percent}"
    return text.format(date=point.date_text, percent=point.percent)


def build_history(films: Sequence[_Film], *, own: str) -> ScoreHistory | None:
    """The history of `films`, which come oldest first; `own` is the id of the one that is open.
    None for fewer than two answers with a probability.
    """
    scored_films = [film for film in films if film.view.answer and film.view.answer.is_assessed]
    if len(scored_films) < 2:
        return None
    step = (_RIGHT - _LEFT) / len(scored_films)
    points = (
        _build_point(film, x=_LEFT + step * (place + 0.5), is_own=film.view.id == own)
        for place, film in enumerate(scored_films)
    )
    versions = {film.view.answer.model_version for film in scored_films if film.view.answer}
    return ScoreHistory(points=tuple(points), has_models=len(versions) > 1)


def _build_point(film: _Film, *, x: float, is_own: bool) -> ScorePoint:
    answer = film.view.answer
    assert answer is not None
    scale = build_scale(answer)
    return ScorePoint(
        x=round(x, 1),
        y=_place(scale.probability),
        low=_place(scale.low),
        high=_place(scale.high),
        threshold=_place(scale.threshold),
        decision=str(answer.decision),
        date_text=format_day(film.day),
        percent=evidence_texts.format_percent(answer.shown_probability),
        is_own=is_own,
    )


def _place(percent: float) -> float:
    """How far below the upper edge a probability is."""
    return round(_BOTTOM - (_BOTTOM - _TOP) * percent / 100, 1)
