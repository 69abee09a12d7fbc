"""The gate asks for more than the least gain on patients that the fit has not seen."""

import pytest

from recalibration.gate import MIN_GAIN, Judgement, judge
from recalibration.platt import Calibration
from tests.recalibration.sites import draw


@pytest.mark.parametrize(
    ("gain", "is_better"), [(-0.01, False), (0.0, False), (0.004, False), (0.006, True)]
)
def test_a_gain_within_chance_is_none(gain: float, is_better: bool) -> None:
    assert 0.004 < MIN_GAIN < 0.006
    assert Judgement(before=0.4, after=0.4 - gain).is_better is is_better


def test_films_of_a_shifted_site_pass_and_others_do_not() -> None:
    """Each film is of a patient of its own; 40 sites of each kind."""
    patients = [str(number) for number in range(60)]

    def count_passes(offset: float) -> int:
        sites = [draw(60, offset=offset, seed=seed) for seed in range(40)]
        return sum(
            judge(each.films, patients, shift=0.0, current=Calibration()).is_better
            for each in sites
        )

    assert count_passes(0.0) <= 20
    assert count_passes(-2.0) >= 36
