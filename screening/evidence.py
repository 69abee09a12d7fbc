"""Counts the validation radiographs with a score like this, and the share with pneumonia."""

from dataclasses import dataclass

from contracts.reliability import prevalence_odds_ratio, shift_share
from screening.populations import PopulationCard

# With fewer, the share with pneumonia is too uncertain to show: at half of 30, its 95 % interval
# reaches 18 points either way.
MIN_RADIOGRAPHS = 30


@dataclass(frozen=True, kw_only=True)
class LikeThis:
    """`radiographs` of the validation set have a score like this. Of 100 such radiographs,
    `per_100` have pneumonia at a prevalence; 0 is fewer than 1, and 100 more than 99.
    """

    radiographs: int
    per_100: int


def count_like_this(
    probability: float, population: PopulationCard, *, prevalence: float
) -> LikeThis | None:
    """Returns the counts of the bin with this probability; None with too few radiographs in it.

    Where none or all of them have pneumonia, half a radiograph is taken to be the other way, so
    that "fewer than 1 of 100" needs more than 100 of them.
    """
    for bin_ in population.reliability:
        if bin_.low <= probability < bin_.high or probability == bin_.high == 1.0:
            if bin_.radiographs < MIN_RADIOGRAPHS:
                return None
            odds_ratio = prevalence_odds_ratio(population.reliability, prevalence)
            pneumonia = min(max(bin_.pneumonia, 0.5), bin_.radiographs - 0.5)
            share = shift_share(pneumonia / bin_.radiographs, odds_ratio)
            return LikeThis(radiographs=bin_.radiographs, per_100=round(100 * share))
    return None
