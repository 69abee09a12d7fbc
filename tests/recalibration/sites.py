"""Draws the reviewed films of a site."""

import math
import random

from recalibration.platt import Film, ReviewedFilms


def draw(
    films: int, *, slope: float = 1.0, offset: float = 0.0, shift: float = 0.0, seed: int = 1
) -> ReviewedFilms:
    """Films whose labels follow the site's log odds."""
    generator = random.Random(seed)
    drawn = []
    for _ in range(films):
        log_odds = generator.gauss(generator.choice((-3.2, 3.2)), 2)
        probability = 1 / (1 + math.exp(-(slope * log_odds + offset + shift)))
        has_pneumonia = generator.random() < probability
        drawn.append(Film(log_odds=log_odds, has_pneumonia=has_pneumonia))
    return ReviewedFilms(films=drawn, shift=shift)
