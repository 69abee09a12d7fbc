"""The limits of a site's positive rate, from the binomial distribution of its answers."""

import math
from dataclasses import dataclass

from contracts.metrics import POSITIVE_RATE_ANSWERS
from contracts.sites import SiteSettings

# Season and ward change a site's prevalence: its odds may halve or double.
_ODDS = 2.0
# The probability that chance alone passes a limit. Each answer checks the last 100 answers, so a
# site with 1,000 radiographs a day is checked 365,000 times a year.
_FALSE_ALARM_PROBABILITY = 1e-6


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Shares of positive answers, 0 to 1. Chance does not explain a share above `high` among 100
    answers, or below `low` among `answers`. `answers` is above 100 where positives are rare.
    """

    low: float
    high: float
    answers: int


def compute_limits(site: SiteSettings) -> Limits:
    """The limits by the prevalence that the site states in its deploy."""
    lowest = _scale_odds(site.prevalence, 1 / _ODDS)
    highest = _scale_odds(site.prevalence, _ODDS)
    # 100 positives of 100 ring at any site: no hospital's chest X-rays all show pneumonia.
    maximum = min(_max_positives(POSITIVE_RATE_ANSWERS, highest), POSITIVE_RATE_ANSWERS - 1)
    # With fewer answers, zero positives could still be chance.
    answers = max(
        POSITIVE_RATE_ANSWERS, math.ceil(math.log(_FALSE_ALARM_PROBABILITY) / math.log1p(-lowest))
    )
    # The minimum of positives follows from the maximum of negatives.
    minimum = answers - _max_positives(answers, 1 - lowest)
    return Limits(low=minimum / answers, high=maximum / POSITIVE_RATE_ANSWERS, answers=answers)


def _scale_odds(prevalence: float, odds: float) -> float:
    """The share whose odds are `odds` times those of `prevalence`."""
    scaled = odds * prevalence / (1 - prevalence)
    return scaled / (1 + scaled)


def _max_positives(answers: int, share: float) -> int:
    """The smallest count that chance passes in fewer draws than `_FALSE_ALARM_PROBABILITY`."""
    tail = 0.0
    for count in range(answers, 0, -1):
        tail += math.comb(answers, count) * share**count * (1 - share) ** (answers - count)
        if tail > _FALSE_ALARM_PROBABILITY:
            return count
    return 0
