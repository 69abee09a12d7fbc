"""Children and adults are answered each by their own numbers, and other ages not at all."""

import math
from dataclasses import fields, replace

import pytest

from contracts.answers import Caution, Decision, NotAssessed, Population
from contracts.sites import AgePolicy, SiteSettings
from screening.answer import sigmoid
from screening.populations import PopulationCard
from tests.screening.answers import CARD, answer_to
from tests.screening.population_cards import ADULTS, CHILDREN

BOTH = replace(CARD, populations=(CHILDREN, ADULTS))
SHOWS = SiteSettings(prevalence=0.1, age_policy=AgePolicy.SHOW)


@pytest.mark.parametrize("age", [1, 5])
@pytest.mark.parametrize("policy", AgePolicy)
def test_an_age_inside_is_answered(age: int | None, policy: AgePolicy) -> None:
    site = SiteSettings(prevalence=0.1, age_policy=policy)
    result = answer_to(4.0, site=site, age_years=age)
    assert (result.decision, result.cautions) == (Decision.PNEUMONIA, ())


@pytest.mark.parametrize("adult", [None, -3.0])
def test_an_unknown_age_is_a_caution(adult: float | None) -> None:
    """Also where the film shows a child: nobody has checked that it is this patient's film."""
    card = replace(CARD, populations=(CHILDREN, ADULTS))
    result = answer_to(4.0, card, adult=adult)
    assert (result.decision, result.cautions) == (Decision.PNEUMONIA, (Caution.AGE_UNKNOWN,))


@pytest.mark.parametrize("site", [None, SiteSettings(prevalence=0.1)])
def test_an_age_outside_is_withheld(site: SiteSettings | None) -> None:
    result = answer_to(4.0, site=site, age_years=6)
    assert (result.decision, result.reason) == (Decision.NOT_ASSESSED, NotAssessed.AGE)
    assert result.cautions == ()


def test_a_refused_film_has_no_caution_of_its_age() -> None:
    result = answer_to(4.0, site=SHOWS, age_years=40, exclusion=NotAssessed.NOT_FRONTAL)
    assert (result.reason, result.cautions) == (NotAssessed.NOT_FRONTAL, ())


def test_a_site_may_show_the_answer_outside_the_ages_with_a_caution() -> None:
    result = answer_to(4.0, site=SHOWS, photographed=True, age_years=40)
    assert result.cautions == (Caution.AGE_OUTSIDE, Caution.PHOTOGRAPHED)
    assert result.decision is Decision.PNEUMONIA


@pytest.mark.parametrize(("age", "adult"), [(40, None), (40, 5.0), (None, 5.0)])
def test_a_site_may_show_the_answer_for_a_population_that_is_not_valid(
    age: int | None, adult: float | None
) -> None:
    card = replace(CARD, populations=(CHILDREN, replace(ADULTS, is_valid=False)))
    withheld = answer_to(4.0, card, age_years=age, adult=adult)
    assert withheld.reason is NotAssessed.POPULATION_NOT_VALID
    shown = answer_to(4.0, card, site=SHOWS, age_years=age, adult=adult)
    assert (shown.reason, shown.cautions[0]) == (None, Caution.AGE_OUTSIDE)
    assert (withheld.population, shown.population) == (Population.ADULT, Population.ADULT)


def test_adults_differ_from_children_in_every_number() -> None:
    """Or a mistake between the two would not fail a test."""
    names = {each.name for each in fields(PopulationCard)} - {"is_valid"}
    assert {name for name in names if getattr(CHILDREN, name) == getattr(ADULTS, name)} == set()


@pytest.mark.parametrize(
    ("logit", "decision", "positive"),
    [
        (0.5, Decision.NO_PNEUMONIA, False),
        (1.5, Decision.UNCERTAIN, False),
        (1.7, Decision.UNCERTAIN, True),
        (2.1, Decision.PNEUMONIA, True),
    ],
)
@pytest.mark.parametrize(("age", "adult"), [(40, None), (None, 3.0)])
def test_an_adult_is_answered_by_the_numbers_of_adults(
    age: int | None, adult: float | None, logit: float, decision: Decision, positive: bool
) -> None:
    result = answer_to(logit, BOTH, age_years=age, adult=adult)
    assert (result.population, result.reason) == (Population.ADULT, None)
    assert (result.decision, result.positive) == (decision, positive)
    assert (result.threshold, result.band) == (ADULTS.threshold, ADULTS.band)
    assert result.probability == pytest.approx(sigmoid(2 * logit - 1))


def test_what_is_shown_of_an_adult_follows_from_the_prevalence_among_adults() -> None:
    """The odds of the bin are 3 where 7 of 20 films are of patients; at 1 of 4 they are 13/7."""
    result = answer_to(1.0, BOTH, age_years=40)
    assert (result.prevalence, result.shown_probability) == (0.25, result.probability)
    assert (result.like_this_per_100, result.like_this_radiographs) == (65, 80)
    at_site = answer_to(1.0, BOTH, age_years=40, site=SiteSettings(prevalence=0.1))
    assert at_site.shown_probability == pytest.approx(sigmoid(1.0 - math.log(3)))
    assert (at_site.like_this_per_100, at_site.like_this_radiographs) == (38, 80)


def test_the_slope_and_the_offset_of_a_site_are_for_children_only() -> None:
    """They are fitted to children's films."""
    plain = SiteSettings(prevalence=0.2)
    calibrated = replace(plain, slope=0.5, offset=-2.0)
    for age, adult in ((40, None), (None, 3.0)):
        earlier = answer_to(2.1, BOTH, age_years=age, adult=adult, site=plain)
        assert answer_to(2.1, BOTH, age_years=age, adult=adult, site=calibrated) == earlier
        assert earlier.like_this_per_100 is not None
    child = answer_to(6.0, BOTH, age_years=4, site=calibrated)
    assert child.probability == pytest.approx(sigmoid(0.5 * 3.0 - 2.0))
    assert child.like_this_per_100 is None


def test_a_child_beside_adults_is_answered_by_the_numbers_of_children() -> None:
    for logit in (-4.0, 0.0, 4.0):
        assert answer_to(logit, BOTH, age_years=4) == answer_to(logit, age_years=4)
        assert answer_to(logit, BOTH, adult=-3.0) == answer_to(logit, adult=-3.0)


@pytest.mark.parametrize("site", [None, SHOWS])
def test_an_unclear_film_is_withheld_by_the_limit_of_the_card(site: SiteSettings | None) -> None:
    """Nobody knows whose numbers apply, and the age can be entered."""
    card = replace(BOTH, min_adult_log_odds=2.0)
    unclear = answer_to(4.0, card, site=site, adult=1.9)
    assert (unclear.reason, unclear.cautions) == (NotAssessed.AGE_UNCLEAR, ())
    assert answer_to(4.0, card, adult=2.0).population is Population.ADULT


@pytest.mark.parametrize("policy", list(AgePolicy))
def test_a_site_that_requires_the_age_gets_no_answer_without_it(policy: AgePolicy) -> None:
    """Not for a film that looks like a child's, nor where the site sees answers of other ages."""
    site = SiteSettings(prevalence=0.25, age_policy=policy, requires_age=True)
    for adult in (None, -5.0, 5.0):
        missing = answer_to(4.0, BOTH, site=site, adult=adult)
        assert (missing.decision, missing.cautions) == (Decision.NOT_ASSESSED, ())
        assert missing.reason is NotAssessed.AGE_MISSING
    assert answer_to(4.0, BOTH, site=site, age_years=4).decision is Decision.PNEUMONIA


def test_a_reason_of_the_film_comes_before_a_missing_age() -> None:
    site = SiteSettings(prevalence=0.25, requires_age=True)
    lateral = answer_to(4.0, BOTH, site=site, exclusion=NotAssessed.NOT_FRONTAL)
    assert lateral.reason is NotAssessed.NOT_FRONTAL


def test_a_film_that_does_not_fit_its_age_is_never_answered() -> None:
    result = answer_to(4.0, site=SHOWS, age_years=4, adult=3.0)
    assert (result.decision, result.reason) == (Decision.NOT_ASSESSED, NotAssessed.AGE_DISAGREES)
