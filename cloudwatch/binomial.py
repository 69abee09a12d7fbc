"""Counts that chance alone does not reach: the source of thresholds on shares."""

import math

# The probability that chance alone passes a limit. Each answer checks the answers before it, so a
# site with 1,000 radiographs a day is checked 365,000 times a year.
FALSE_ALARM_PROBABILITY = 1e-6


def max_by_chance(draws: int, share: float) -> int:
    """The highest count that chance passes more often than once in a million, of so many draws."""
    tail = 0.0
    for count in range(draws, 0, -1):
        tail += math.comb(draws, count) * share**count * (1 - share) ** (draws - count)
        if tail > FALSE_ALARM_PROBABILITY:
            return count
    return 0


def min_count(*, usual: float, limit: float) -> int:
    """The least count from which a share above `limit` is no chance, where `usual` is the share of
    normal days. Both are between 0 and 1, `usual` below `limit`.
    """
    count = 1
    while max_by_chance(int(count / limit), usual) >= count:
        count += 1
    return count
