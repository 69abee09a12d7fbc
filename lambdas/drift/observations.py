"""What the comparison needs of each answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.answers import Answer, Decision, Population
from contracts.record import Record


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One answer. `score` is the calibrated probability, also where it is not shown; `typicality`
    the in-distribution score. `spread` and `sharpness` are of the model's input; None in facts of
    earlier releases.
    """

    score: float
    typicality: float | None
    spread: float | None
    sharpness: float | None
    is_positive: bool
    is_refused: bool
    is_abstained: bool
    is_adult: bool


def observe(record: Record) -> Observation | None:
    """None for a film without an answer."""
    if record.answer is None:
        return None
    return observe_answer(
        record.answer, spread=record.input_spread, sharpness=record.input_sharpness
    )


def observe_answer(answer: Answer, *, spread: float | None, sharpness: float | None) -> Observation:
    return Observation(
        score=answer.probability,
        typicality=answer.typicality,
        spread=spread,
        sharpness=sharpness,
        is_positive=answer.positive,
        is_refused=answer.decision == Decision.NOT_ASSESSED,
        is_abstained=answer.decision == Decision.UNCERTAIN,
        is_adult=answer.population == Population.ADULT,
    )


# By the names of the signals.
NUMBERS: Mapping[str, Callable[[Observation], float | None]] = {
    "score": lambda each: each.score,
    "typicality": lambda each: each.typicality,
    "spread": lambda each: each.spread,
    "sharpness": lambda each: each.sharpness,
}
SHARES: Mapping[str, Callable[[Observation], bool]] = {
    "refused": lambda each: each.is_refused,
    "abstained": lambda each: each.is_abstained,
    "adults": lambda each: each.is_adult,
}
