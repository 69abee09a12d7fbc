"""Chooses the population of a film, by the patient's age and the network's output `adult`."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.answers import NotAssessed, Population
from contracts.reliability import ReliabilityBin


@dataclass(frozen=True, kw_only=True)
class PopulationCard:
    """The numbers of the model card for one population.

    `threshold` and `band` apply to the calibrated probability sigmoid(logit / temperature + shift),
    which holds at `prevalence`. `age_years` is the youngest and the oldest age. A population that
    is not valid missed the card's rule on its own validation set, and its answers are withheld.
    """

    name: Population
    is_valid: bool
    age_years: tuple[int, int]
    temperature: float
    shift: float
    threshold: float
    band: tuple[float, float]
    prevalence: float
    reliability: tuple[ReliabilityBin, ...]


# From this age on, a film that looks like a child's is another patient's.
_ADULT_AGE = 18


def choose_population(
    populations: Sequence[PopulationCard],
    *,
    age_years: int | None,
    adult: float | None,
    min_log_odds: float,
) -> tuple[PopulationCard, NotAssessed | None]:
    """Returns the population whose numbers apply, and the reason if its answer is withheld.

    The age counts where it is known; otherwise `adult`, the network's log odds of an adult, where
    it is at least `min_log_odds` away from 0. Where both are known they must agree. The first
    population stands in where there is no other. A film without an age that shows no population
    clearly is withheld, also if the first one is valid: its numbers may not hold.
    """
    by_name = {population.name: population for population in populations}
    first = populations[0]
    apparent = _find_apparent(adult, min_log_odds=min_log_odds)
    if age_years is None:
        if apparent is not None and apparent not in by_name:
            return first, NotAssessed.AGE
        if apparent is None and adult is not None:
            return first, NotAssessed.AGE_UNCLEAR
        # A model that does not tell adults from children answers as for its first population.
        return _check_validity(by_name[apparent] if apparent else first)
    by_age = [each for each in populations if each.age_years[0] <= age_years <= each.age_years[1]]
    if not by_age:
        is_other = apparent is Population.CHILD and age_years >= _ADULT_AGE
        population = by_name.get(apparent, first) if apparent else first
        return population, NotAssessed.AGE_DISAGREES if is_other else NotAssessed.AGE
    if apparent is not None and apparent != by_age[0].name:
        return by_age[0], NotAssessed.AGE_DISAGREES
    return _check_validity(by_age[0])


def _check_validity(population: PopulationCard) -> tuple[PopulationCard, NotAssessed | None]:
    return population, None if population.is_valid else NotAssessed.POPULATION_NOT_VALID


def _find_apparent(adult: float | None, *, min_log_odds: float) -> Population | None:
    if adult is None or abs(adult) < min_log_odds:
        return None
    return Population.ADULT if adult > 0 else Population.CHILD
