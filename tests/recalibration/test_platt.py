"""The fit is the maximum of the posterior, and stays near none where a site has no shift."""

import math
import statistics

import pytest
from scipy.optimize import minimize

from recalibration.platt import OFFSET_DEVIATION, Calibration, Film, ReviewedFilms
from tests.recalibration.sites import draw


@pytest.mark.parametrize("shift", [0.0, -2.4])
@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.6, -1.5), (1.5, 1.0)])
def test_the_fit_is_the_maximum_that_scipy_finds(slope: float, offset: float, shift: float) -> None:
    reviewed = draw(60, slope=slope, offset=offset, shift=shift)
    result = minimize(
        lambda point: reviewed.objective(Calibration(slope=point[0], offset=point[1])),
        [1.0, 0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000},
    )
    fitted = reviewed.fit()
    assert (fitted.slope, fitted.offset) == pytest.approx(tuple(result.x), abs=1e-6)


def test_thirty_films_without_a_shift_stay_near_none() -> None:
    fits = [draw(30, seed=seed).fit() for seed in range(200)]
    assert statistics.mean(fit.offset for fit in fits) == pytest.approx(0, abs=0.1)
    assert statistics.stdev(fit.offset for fit in fits) < 0.35
    assert all(abs(fit.slope - 1) < 0.5 for fit in fits)


def test_the_prevalence_is_not_counted_as_an_offset() -> None:
    fits = [draw(100, shift=-2.4, seed=seed).fit() for seed in range(100)]
    assert statistics.mean(fit.offset for fit in fits) == pytest.approx(0, abs=0.1)


def test_a_hundred_films_of_a_site_with_a_shift_follow_it() -> None:
    reviewed = [draw(100, offset=-1.5, seed=seed) for seed in range(50)]
    assert statistics.mean(each.fit().offset for each in reviewed) < -0.7
    assert all(each.log_loss(each.fit()) <= each.log_loss(Calibration()) for each in reviewed)


def test_without_films_there_is_only_the_prior() -> None:
    assert ReviewedFilms(films=[], shift=0.0).fit() == Calibration()


def test_one_sided_reviews_at_extreme_scores_do_not_overflow() -> None:
    films = [Film(log_odds=800.0, has_pneumonia=False)] * 50
    fitted = ReviewedFilms(films=films, shift=0.0).fit()
    assert math.isfinite(fitted.slope) and abs(fitted.offset) < 60 * OFFSET_DEVIATION


def test_a_wrong_label_of_a_sure_film_moves_little() -> None:
    """Taken as right, the two would move the slope from 1.20 to 0.79."""
    films = list(draw(60).films)
    mistaken = [Film(log_odds=7.0, has_pneumonia=False), Film(log_odds=-7.0, has_pneumonia=True)]
    before, after = (
        ReviewedFilms(films=each, shift=0.0).fit() for each in (films, [*films, *mistaken])
    )
    assert after.slope == pytest.approx(before.slope, abs=0.05)
    assert after.offset == pytest.approx(before.offset, abs=0.05)
