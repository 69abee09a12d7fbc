"""The limits of the positive rate agree with scipy's binomial distribution."""

import pytest
from scipy.stats import binom

from cloudwatch.positive_rate_limits import compute_limits
from contracts.sites import SiteSettings

FALSE_ALARM_PROBABILITY = 1e-6
PREVALENCES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.74, 0.9)


def scale_odds(prevalence: float, factor: float) -> float:
    return factor * prevalence / (factor * prevalence + 1 - prevalence)


@pytest.mark.parametrize("prevalence", PREVALENCES)
def test_a_site_whose_odds_have_doubled_passes_the_upper_limit_once_in_a_million(
    prevalence: float,
) -> None:
    maximum = round(100 * compute_limits(SiteSettings(prevalence=prevalence)).high)
    share = scale_odds(prevalence, 2)
    assert binom.sf(maximum, 100, share) <= FALSE_ALARM_PROBABILITY or maximum == 99
    assert binom.sf(maximum - 1, 100, share) > FALSE_ALARM_PROBABILITY


@pytest.mark.parametrize("prevalence", PREVALENCES)
def test_a_site_whose_odds_have_halved_passes_the_lower_limit_once_in_a_million(
    prevalence: float,
) -> None:
    limits = compute_limits(SiteSettings(prevalence=prevalence))
    minimum, share = round(limits.low * limits.answers), scale_odds(prevalence, 0.5)
    assert minimum >= 1
    assert binom.cdf(minimum - 1, limits.answers, share) <= FALSE_ALARM_PROBABILITY
    assert binom.cdf(minimum, limits.answers, share) > FALSE_ALARM_PROBABILITY


@pytest.mark.parametrize("prevalence", PREVALENCES)
def test_a_hundred_positives_are_always_too_many(prevalence: float) -> None:
    assert compute_limits(SiteSettings(prevalence=prevalence)).high < 1
