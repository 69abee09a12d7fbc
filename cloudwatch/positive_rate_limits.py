"""Between which shares of positive answers a site's model may be well: binomial arithmetic."""

import math
from dataclasses import dataclass

from contracts.metrics import POSITIVE_RATE_ANSWERS
from contracts.sites import SiteSettings

# Where a site says nothing of itself. Lowest: 16% of children X-rayed for suspected pneumonia had
# it (Neuman et al., Pediatrics 2011;128:246-253, 2,574 patients in an emergency department).
# Highest: 74%, the share in the radiographs that the model was validated on.
_LOWEST = 0.16
_HIGHEST = 0.74
# Season and ward move what a site has said: its odds may halve or double.
_ODDS = 2.0
# How rarely chance alone may pass a limit. The last 100 answers are judged anew at each answer, so
# a site of 1,000 radiographs a day is judged 365,000 times a year.
_RARE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Shares of positive answers, 0 to 1. Above `high` among 100 answers, or below `low` among
    `answers`, chance is no explanation. `answers` is more than 100 where positives are rare.
    """

    low: float
    high: float
    answers: int


def limits(site: SiteSettings) -> Limits:
    """By the site's prevalence, or by what is known of children's hospitals."""
    lowest, highest = _LOWEST, _HIGHEST
    if site.prevalence is not None:
        lowest, highest = _moved(site.prevalence, 1 / _ODDS), _moved(site.prevalence, _ODDS)
    # All of 100 positive rings at any site: no hospital's chest X-rays all show pneumonia.
    most = min(_most(POSITIVE_RATE_ANSWERS, highest), POSITIVE_RATE_ANSWERS - 1)
    # With fewer, not one positive could still be chance.
    answers = max(POSITIVE_RATE_ANSWERS, math.ceil(math.log(_RARE) / math.log1p(-lowest)))
    # The fewest positives are the most negatives, seen from the other side.
    fewest = answers - _most(answers, 1 - lowest)
    return Limits(low=fewest / answers, high=most / POSITIVE_RATE_ANSWERS, answers=answers)


def _moved(prevalence: float, odds: float) -> float:
    """The share whose odds are `odds` times those of `prevalence`."""
    moved = odds * prevalence / (1 - prevalence)
    return moved / (1 + moved)


def _most(answers: int, share: float) -> int:
    """The smallest count that chance passes at most once in 1 / `_RARE` draws of `answers`."""
    passed = 0.0
    for count in range(answers, 0, -1):
        passed += math.comb(answers, count) * share**count * (1 - share) ** (answers - count)
        if passed > _RARE:
            return count
    return 0
