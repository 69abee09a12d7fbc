"""The number of films that shows a fall is the one at which simulated comparisons show it."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm
from sklearn.metrics import log_loss, roc_auc_score

from training.comparison.power import (
    ALPHA,
    POWER,
    films_needed,
    refusal_chance,
)

_REPEATS = 600
# Three standard errors of a share of about 0.8 in so many repeats.
_TOLERANCE = 3 * np.sqrt(0.8 * 0.2 / _REPEATS)
# A comparison of two models on so many drawn films: how much worse the second one is.
Draw = Callable[[int, np.random.Generator], float]


def share_fall(fall: float, disagreement: float) -> Draw:
    """The fall of a share of right films, where the models disagree on a share of the films."""
    shares = [(disagreement + fall) / 2, (disagreement - fall) / 2, 1 - disagreement]

    def draw(films: int, rng: np.random.Generator) -> float:
        only_first, only_second, _ = rng.multinomial(films, shares)
        return float(only_first - only_second) / films

    return draw


def auc_fall(films: int, rng: np.random.Generator) -> float:
    """Two scores that share most of their noise; the second tells the classes apart less well."""
    labels = np.arange(films) % 2
    common = rng.normal(size=films)
    scores = [gap * labels + common + rng.normal(size=films) / 2 for gap in (3.0, 2.5)]
    first, second = (roc_auc_score(labels, score) for score in scores)
    return float(first - second)


def log_loss_fall(films: int, rng: np.random.Generator) -> float:
    """The second model's log odds are 0.7 too high; the first one is calibrated."""
    log_odds = rng.normal(0, 2, films)
    labels = (rng.random(films) < expit(log_odds)).astype(np.int64)
    losses = [log_loss(labels, expit(log_odds + shift), labels=[0, 1]) for shift in (0, 0.7)]
    return float(losses[1] - losses[0])


def simulate(draw: Draw, films: int, *, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    return np.array([draw(films, rng) for _ in range(_REPEATS)])


@pytest.mark.parametrize(("fall", "disagreement"), [(0.02, 0.05), (0.05, 0.1), (0.03, 0.2)])
def test_so_many_films_show_a_fall_of_a_share(fall: float, disagreement: float) -> None:
    """The spread of a share follows from the disagreement alone (Connor 1987)."""
    spread = np.sqrt(disagreement - fall**2)
    films = films_needed(fall, spread=spread)
    falls = simulate(share_fall(fall, disagreement), films, seed=1)
    shown = np.mean(falls * np.sqrt(films) / spread > norm.ppf(1 - ALPHA))
    assert shown == pytest.approx(POWER, abs=_TOLERANCE + 0.02)


@pytest.mark.parametrize("draw", [auc_fall, log_loss_fall])
def test_so_many_films_show_a_fall_of_a_measure_that_is_no_share(draw: Draw) -> None:
    """The spread is measured on another number of films, as on a pair of models."""
    pilot = simulate(draw, 800, seed=2)
    fall, spread = float(pilot.mean()), float(pilot.std() * np.sqrt(800))
    films = films_needed(fall, spread=spread)
    assert 20 < films < 800
    falls = simulate(draw, films, seed=3)
    shown = np.mean(falls * np.sqrt(films) / spread > norm.ppf(1 - ALPHA))
    assert shown == pytest.approx(POWER, abs=_TOLERANCE + 0.05)


def test_half_the_fall_needs_four_times_as_many_films() -> None:
    films = films_needed(0.02, spread=0.3)
    assert films_needed(0.01, spread=0.3) == pytest.approx(4 * films, abs=4)


def test_an_equal_model_falls_below_the_margin_as_often_as_is_computed() -> None:
    falls = simulate(share_fall(0.0, 0.05), 220, seed=4)
    chance = refusal_chance(0.02, spread=np.sqrt(0.05), films=220)
    assert np.mean(falls > 0.02) == pytest.approx(chance, abs=0.04)


def test_models_that_never_differ_are_never_refused_by_chance() -> None:
    assert refusal_chance(0.02, spread=0.0, films=1) == 0.0


def test_a_fall_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        films_needed(0.0, spread=0.3)
