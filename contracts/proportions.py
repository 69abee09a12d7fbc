"""Compares two shares: a test of two proportions, for the overview and for the drift function."""

from math import sqrt

# How many of how many.
Share = tuple[int, int]

# Under it, on either side, the test is not valid.
MIN_COUNT = 30


def differ(recent: Share, before: Share, *, max_z: float) -> bool:
    """Whether chance does not explain the difference of two shares.

    `max_z` is the limit of the difference in standard deviations: beyond 2.58 a normal distribution
    has 1 in 100, beyond 4.42 1 in 100,000, on both sides together.
    """
    (part, whole), (earlier_part, earlier_whole) = recent, before
    if min(whole, earlier_whole) < MIN_COUNT:
        return False
    pooled = (part + earlier_part) / (whole + earlier_whole)
    deviation = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / earlier_whole))
    difference = part / whole - earlier_part / earlier_whole
    return deviation > 0 and abs(difference) / deviation > max_z
