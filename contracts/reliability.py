"""How many validation radiographs of each probability had pneumonia, at any prevalence."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """How many validation radiographs have a probability in [low, high), and how many of them had
    pneumonia.
    """

    low: float
    high: float
    radiographs: int
    pneumonia: int


def prevalence_odds_ratio(bins: Sequence[ReliabilityBin], prevalence: float) -> float:
    """The odds of a prevalence, divided by the odds of pneumonia in all bins together.

    The bins count radiographs as they are. A model may be calibrated at another prevalence than
    theirs, such as balanced odds. 1 where all or none of them have pneumonia.
    """
    ill = sum(each.pneumonia for each in bins)
    healthy = sum(each.radiographs for each in bins) - ill
    if ill == 0 or healthy == 0:
        return 1.0
    return prevalence / (1 - prevalence) * healthy / ill


def shift_share(share: float, odds_ratio: float) -> float:
    """The share whose odds are `odds_ratio` times those of `share`."""
    return share / (share + (1 - share) / odds_ratio)
