"""The least counts agree with scipy's binomial distribution."""

import pytest
from scipy.stats import binom

from cloudwatch.binomial import FALSE_ALARM_PROBABILITY, min_count


@pytest.mark.parametrize(("usual", "limit"), [(0.05, 0.5), (0.08, 0.5), (0.1, 0.5), (0.1, 0.4)])
def test_chance_reaches_the_least_count_once_in_a_million_and_one_less_more_often(
    usual: float, limit: float
) -> None:
    least = min_count(usual=usual, limit=limit)
    assert binom.sf(least - 1, int(least / limit), usual) <= FALSE_ALARM_PROBABILITY
    assert binom.sf(least - 2, int((least - 1) / limit), usual) > FALSE_ALARM_PROBABILITY
