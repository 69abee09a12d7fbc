"""The limit leaves the stated share of films on the wrong side."""

import numpy as np

from training.fit.limits import choose_min_lung_energy


def test_two_of_a_hundred_ill_films_get_the_caution() -> None:
    energy = np.linspace(0.01, 1, 100)
    assert np.sum(energy < choose_min_lung_energy(energy)) == 2
