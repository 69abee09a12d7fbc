"""The population detector tells two kinds of films apart that it was not trained on."""

import numpy as np
import pytest
import tensorflow as tf

from screening.radiograph import Pixels
from training.model.ood_detector import FeatureMatrix
from training.model.population_detector import (
    choose_min_adult_log_odds,
    train_population_detector,
)


def draw_films(count: int, *, is_adult: bool, seed: int) -> Pixels:
    """Noise, with a bright middle on films of adults."""
    rng = np.random.default_rng(seed)
    films = rng.integers(60, 120, (count, 224, 224), dtype=np.uint8)
    if is_adult:
        films[:, 80:144, 80:144] += 100
    return films


def extract(pixels: Pixels) -> FeatureMatrix:
    """The means of 7 x 7 fields."""
    fields = pixels.reshape(-1, 7, 32, 7, 32).mean(axis=(2, 4))
    return np.asarray(fields.reshape(len(pixels), -1), np.float32)


def test_films_of_adults_have_positive_log_odds_and_children_negative_ones() -> None:
    children, adults = (draw_films(40, is_adult=each, seed=1) for each in (False, True))
    detector = train_population_detector(extract, children, adults, seed=1)
    for is_adult in (False, True):
        films = draw_films(20, is_adult=is_adult, seed=2)
        log_odds = detector(tf.constant(extract(films))).numpy()
        assert log_odds.shape == (20,)
        assert ((log_odds > 0) == is_adult).all()


def test_it_does_not_depend_on_how_many_films_of_either_there_are() -> None:
    children, adults = (draw_films(40, is_adult=each, seed=1) for each in (False, True))
    films = np.concatenate([draw_films(20, is_adult=each, seed=2) for each in (False, True)])
    features = tf.constant(extract(films))
    few, many = (
        train_population_detector(extract, some, adults, seed=1)(features).numpy()
        for some in (children[:10], children)
    )
    assert ((few > 0) == (many > 0)).all()


def test_films_of_adults_among_the_children_are_not_learned() -> None:
    """The data set of children has some, and the learned detector would call others like them
    children.
    """
    adults = draw_films(40, is_adult=True, seed=1)
    children = np.concatenate(
        [draw_films(78, is_adult=False, seed=1), draw_films(2, is_adult=True, seed=3)]
    )
    detector = train_population_detector(extract, children, adults, seed=1)
    clean = train_population_detector(extract, children[:78], adults, seed=1)
    films = tf.constant(extract(draw_films(20, is_adult=True, seed=2)))
    np.testing.assert_allclose(detector(films), clean(films), rtol=0.05)
    assert detector.min_log_odds == 0


def test_the_limit_is_as_wide_as_adults_need() -> None:
    adults = np.random.default_rng(0).normal(1, 2, 10_000)
    limit = choose_min_adult_log_odds(adults)
    assert np.mean(adults < -limit) == pytest.approx(0.005, abs=0.0002)


def test_adults_beyond_0_need_no_limit() -> None:
    assert choose_min_adult_log_odds(np.full(100, 5.0)) == 0
