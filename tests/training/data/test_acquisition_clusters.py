"""Films of one machine fall into one group."""

import numpy as np
from scipy.ndimage import gaussian_filter

from training.data.acquisition_clusters import find_clusters, list_groups, measure_traces


def draw(machine: int, seed: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Five machines: sharp, soft, with black borders, burnt out, dark."""
    rng = np.random.default_rng([machine, seed])
    film = gaussian_filter(rng.uniform(60, 200, (224, 224)), [0.5, 6, 2, 2, 2][machine])
    film = 130 + (film - film.mean()) * 25 / film.std()
    if machine == 2:
        film[:, :20] = film[:, -20:] = 0
    film += [0, 0, 0, 110, -105][machine]
    return np.asarray(np.clip(film, 0, 255), np.uint8)


def test_groups_are_those_of_the_machines() -> None:
    train = measure_traces(draw(machine, seed) for machine in range(5) for seed in range(8))
    held_out = measure_traces(draw(machine, 100 + s) for machine in range(5) for s in range(3))
    clusters = find_clusters(train, held_out, seed=1).reshape(5, 3)
    assert (clusters == clusters[:, :1]).all()
    assert len(set(clusters[:, 0])) == 5


def test_a_group_needs_enough_films_of_either_class() -> None:
    clusters = np.repeat([0, 1, 2], [50, 200, 49])
    labels = np.concatenate([[0, 1] * 25, [1] * 200, [0, 1] * 24, [0]])
    everyone, group = list_groups(clusters, labels)
    assert everyone.all()
    np.testing.assert_array_equal(group, clusters == 0)
