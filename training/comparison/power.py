"""How many films show a fall of a given size, and how often chance alone exceeds a margin."""

import math

from scipy.stats import norm

# One-sided: a gate asks whether a challenger is worse. Both are the usual values of trials.
ALPHA = 0.05
POWER = 0.8


def films_needed(fall: float, *, spread: float) -> int:
    """Returns how many films show a true fall with probability POWER, at the level ALPHA.

    `spread` is the standard deviation of the paired difference of two models, for one film: the
    standard error on n films times the square root of n. For a share, such as sensitivity, its
    square is the share of films on which the models differ, less the square of the fall (Connor
    1987). The formula is that of a normal difference: ((z of ALPHA + z of POWER) spread / fall)^2.
    """
    if fall <= 0:
        raise ValueError("The fall must be above 0.")
    factor = float(norm.ppf(1 - ALPHA) + norm.ppf(POWER))
    return max(1, math.ceil((factor * spread / fall) ** 2))


def refusal_chance(margin: float, *, spread: float, films: int) -> float:
    """Returns with which probability a model that is as good falls below the margin by chance."""
    if spread == 0:
        return 0.0
    return float(norm.cdf(-margin * math.sqrt(films) / spread))
