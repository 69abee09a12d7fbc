"""What is told of scores like this rests on enough films, and is never certain."""

from dataclasses import replace

import pytest

from screening.card import ModelCard
from screening.evidence import LikeThis, count_like_this
from screening.populations import PopulationCard
from tests.screening.population_cards import CHILDREN, Bin, build_bins


def population(*bins: Bin, prevalence: float | None = None) -> PopulationCard:
    """A population with these bins, calibrated at their prevalence or at another one."""
    share = sum(each[3] for each in bins) / sum(each[2] for each in bins)
    return replace(
        CHILDREN,
        prevalence=share if prevalence is None else prevalence,
        reliability=build_bins(*bins),
    )


def count(probability: float, card: PopulationCard) -> LikeThis | None:
    """At the prevalence of the calibration."""
    return count_like_this(probability, card, prevalence=card.prevalence)


LOW, FEW, HIGH = (0.0, 0.5, 40, 4), (0.5, 0.9, 29, 15), (0.9, 1.0, 200, 190)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (0.2, LikeThis(radiographs=40, per_100=10)),
        (0.7, None),
        (0.9, LikeThis(radiographs=200, per_100=95)),
        (1.0, LikeThis(radiographs=200, per_100=95)),
        (-0.1, None),
    ],
)
def test_a_score_is_told_by_its_bin_from_30_films_on(
    probability: float, expected: LikeThis | None
) -> None:
    assert count(probability, population(LOW, FEW, HIGH)) == expected


def test_30_films_are_enough() -> None:
    like_this = count(0.7, population(LOW, (0.5, 0.9, 30, 15), HIGH))
    assert like_this == LikeThis(radiographs=30, per_100=50)


@pytest.mark.parametrize(("pneumonia", "per_100"), [(0, 1), (40, 99)])
def test_no_score_is_certain(pneumonia: int, per_100: int) -> None:
    for bins in ([(0.0, 0.5, 40, pneumonia), HIGH], [(0.0, 1.0, 40, pneumonia)]):
        like_this = count(0.2, population(*bins))
        assert like_this == LikeThis(radiographs=40, per_100=per_100)


@pytest.mark.parametrize(("pneumonia", "per_100"), [(0, 0), (200, 100)])
def test_more_than_100_films_are_needed_for_fewer_than_1(pneumonia: int, per_100: int) -> None:
    like_this = count(0.2, population((0.0, 0.5, 200, pneumonia), HIGH, LOW))
    assert like_this == LikeThis(radiographs=200, per_100=per_100)


def test_a_low_prevalence_lowers_the_share_below_1_of_100() -> None:
    like_this = count_like_this(0.2, population(LOW, HIGH), prevalence=0.01)
    assert like_this == LikeThis(radiographs=40, per_100=0)


def test_the_share_holds_at_the_prevalence_of_the_calibration() -> None:
    """Where 3 of 4 films show pneumonia, 30 of 40 with a score that says nothing have it: at
    balanced odds half of them.
    """
    bins = [(0.0, 0.5, 40, 30), (0.5, 1.0, 40, 30)]
    like_this = count(0.2, population(*bins, prevalence=0.5))
    assert like_this == LikeThis(radiographs=40, per_100=50)


def test_the_bundled_model_tells_nothing_from_few_films(card: ModelCard) -> None:
    for each in card.populations:
        for bin_ in each.reliability:
            like_this = count(bin_.low, each)
            assert (like_this is None) == (bin_.radiographs < 30)
            assert like_this is None or 0 <= like_this.per_100 <= 100
