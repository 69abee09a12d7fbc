"""The population of a film follows from its age, or from the network's output without one."""

from dataclasses import replace

import pytest

from contracts.answers import NotAssessed, Population
from screening.populations import PopulationCard, choose_population
from tests.screening.population_cards import ADULTS, CHILDREN

CHILD, ADULT = Population.CHILD, Population.ADULT
AGE, DISAGREES = NotAssessed.AGE, NotAssessed.AGE_DISAGREES
UNCLEAR, NOT_VALID = NotAssessed.AGE_UNCLEAR, NotAssessed.POPULATION_NOT_VALID


def choose(
    age_years: int | None, adult: float | None, *populations: PopulationCard
) -> tuple[Population, NotAssessed | None]:
    population, reason = choose_population(
        populations, age_years=age_years, adult=adult, min_log_odds=2.0
    )
    return population.name, reason


@pytest.mark.parametrize(
    ("age", "adult", "expected"),
    [
        (4, None, (CHILD, None)),
        (4, -5.0, (CHILD, None)),
        (4, 0.5, (CHILD, None)),
        (4, 5.0, (CHILD, DISAGREES)),
        (40, None, (ADULT, None)),
        (40, 5.0, (ADULT, None)),
        (40, -5.0, (ADULT, DISAGREES)),
        (10, None, (CHILD, AGE)),
        (10, 5.0, (ADULT, AGE)),
        (None, None, (CHILD, None)),
        (None, -5.0, (CHILD, None)),
        (None, 5.0, (ADULT, None)),
        (None, 0.5, (CHILD, UNCLEAR)),
    ],
)
def test_age_and_network_decide(
    age: int | None, adult: float | None, expected: tuple[Population, NotAssessed | None]
) -> None:
    assert choose(age, adult, CHILDREN, ADULTS) == expected


def test_an_adults_age_contradicts_a_childs_film_also_without_a_population_for_it() -> None:
    assert choose(45, -5.0, CHILDREN) == (CHILD, DISAGREES)


@pytest.mark.parametrize(("age", "adult"), [(40, None), (40, 5.0), (None, 5.0)])
def test_a_population_that_is_absent_or_not_valid_is_withheld(
    age: int | None, adult: float | None
) -> None:
    assert choose(age, adult, CHILDREN) == (CHILD, AGE)
    not_valid = replace(ADULTS, is_valid=False)
    assert choose(age, adult, CHILDREN, not_valid) == (ADULT, NOT_VALID)


@pytest.mark.parametrize(("age", "adult"), [(4, None), (None, -5.0), (None, None)])
def test_also_the_first_population_may_be_not_valid(age: int | None, adult: float | None) -> None:
    not_valid = replace(CHILDREN, is_valid=False)
    assert choose(age, adult, not_valid, ADULTS) == (CHILD, NOT_VALID)
