"""Shares with pneumonia hold at the prevalence that they are shifted to."""

import pytest

from contracts.reliability import ReliabilityBin, prevalence_odds_ratio, shift_share


def bins(*counts: tuple[int, int]) -> list[ReliabilityBin]:
    """Bins with these radiographs and pneumonias."""
    return [
        ReliabilityBin(low=0.0, high=1.0, radiographs=radiographs, pneumonia=pneumonia)
        for radiographs, pneumonia in counts
    ]


def test_at_their_own_prevalence_shares_stay_as_they_are() -> None:
    ratio = prevalence_odds_ratio(bins((40, 10), (60, 50)), 0.6)
    assert ratio == pytest.approx(1)
    assert shift_share(0.25, ratio) == pytest.approx(0.25)


def test_the_share_of_all_becomes_the_prevalence() -> None:
    ratio = prevalence_odds_ratio(bins((40, 10), (60, 50)), 0.5)
    assert shift_share(0.6, ratio) == pytest.approx(0.5)
    assert shift_share(0.25, ratio) < 0.25


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_and_all_stay_none_and_all(share: float) -> None:
    assert shift_share(share, 0.2) == share


@pytest.mark.parametrize("counts", [(40, 0), (40, 40), (0, 0)])
def test_without_both_classes_nothing_is_shifted(counts: tuple[int, int]) -> None:
    assert prevalence_odds_ratio(bins(counts), 0.5) == 1
