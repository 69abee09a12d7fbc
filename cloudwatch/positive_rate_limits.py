"""The limits of a site's positive rate, from the binomial distribution of its answers."""

import math
from dataclasses import dataclass

from cloudwatch.binomial import FALSE_ALARM_PROBABILITY, max_by_chance
from contracts.metrics import POSITIVE_RATE_ANSWERS
from contracts.sites import SiteSettings

# Season and ward change a site's prevalence: its odds may halve or double.
_ODDS = 2.0


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
    maximum = min(max_by_chance(POSITIVE_RATE_ANSWERS, highest), POSITIVE_RATE_ANSWERS - 1)
    # With fewer answers, zero positives could still be chance.
    answers = max(
        POSITIVE_RATE_ANSWERS, math.ceil(math.log(FALSE_ALARM_PROBABILITY) / math.log1p(-lowest))
    )
    # The minimum of positives follows from the maximum of negatives.
    minimum = answers - max_by_chance(answers, 1 - lowest)
    return Limits(low=minimum / answers, high=maximum / POSITIVE_RATE_ANSWERS, answers=answers)


def _scale_odds(prevalence: float, odds: float) -> float:
    """The share whose odds are `odds` times those of `prevalence`."""
    scaled = odds * prevalence / (1 - prevalence)
    return scaled / (1 + scaled)
