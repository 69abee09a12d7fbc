"""Positions of the probability, the threshold and the uncertain band on a scale of 0 to 100 %."""

import math
from dataclasses import dataclass

from contracts.answers import Answer


@dataclass(frozen=True, kw_only=True)
class ProbabilityScale:
    """Positions in per cent of the width; `low` and `high` are the ends of the uncertain band."""

    probability: float
    threshold: float
    low: float
    high: float


def build_scale(answer: Answer) -> ProbabilityScale:
    """Threshold and band apply to the probability at the prevalence of the validation set. At the
    prevalence that is shown they shift as the probability does: by the same log odds.
    """
    shift = _log_odds(answer.shown_probability) - _log_odds(answer.probability)

    def position(probability: float) -> float:
        return round(100 / (1 + math.exp(-_log_odds(probability) - shift)), 1)

    low, high = answer.band
    return ProbabilityScale(
        probability=round(100 * answer.shown_probability, 1),
        threshold=position(answer.threshold),
        low=position(low),
        high=position(high),
    )


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))
