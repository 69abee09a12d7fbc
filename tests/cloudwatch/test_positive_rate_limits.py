"""The limits of the positive rate keep what they promise, by another's binomial arithmetic."""

import pytest
from scipy.stats import binom

from cloudwatch.positive_rate_limits import compute_limits
from contracts.sites import SiteSettings

RARE = 1e-6
STATED = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.74, 0.9)


def doubled(prevalence: float, by: float = 2) -> float:
    return by * prevalence / (by * prevalence + 1 - prevalence)


@pytest.mark.parametrize("prevalence", STATED)
def test_a_site_whose_odds_have_doubled_passes_the_upper_limit_once_in_a_million(
    prevalence: float,
) -> None:
    most = round(100 * compute_limits(SiteSettings(prevalence=prevalence)).high)
    share = doubled(prevalence)
    assert binom.sf(most, 100, share) <= RARE or most == 99
    assert binom.sf(most - 1, 100, share) > RARE


@pytest.mark.parametrize("prevalence", STATED)
def test_a_site_whose_odds_have_halved_passes_the_lower_limit_once_in_a_million(
    prevalence: float,
) -> None:
    known = compute_limits(SiteSettings(prevalence=prevalence))
    fewest, share = round(known.low * known.answers), doubled(prevalence, 0.5)
    assert fewest >= 1
    assert binom.cdf(fewest - 1, known.answers, share) <= RARE
    assert binom.cdf(fewest, known.answers, share) > RARE


def test_a_site_that_states_nothing_may_be_an_emergency_ward_or_the_validation_set() -> None:
    known = compute_limits(SiteSettings())
    assert binom.sf(round(100 * known.high), 100, 0.742) <= 2 * RARE
    assert binom.cdf(round(100 * known.low) - 1, 100, 0.16) <= RARE


@pytest.mark.parametrize("prevalence", [None, *STATED])
def test_a_hundred_positives_are_always_too_many(prevalence: float | None) -> None:
    assert compute_limits(SiteSettings(prevalence=prevalence)).high < 1
