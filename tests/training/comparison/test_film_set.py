"""Films are grouped by what is known of them, and a sample is spread over both classes."""

import numpy as np
import pytest

from contracts.answers import Population
from training.comparison.film_set import Films, group_by, name_age


def test_a_film_without_a_value_is_in_no_group() -> None:
    groups = group_by("view", ["AP", "PA", "", "AP"])
    assert {name: members.tolist() for name, members in groups.items()} == {
        "view AP": [True, False, False, True],
        "view PA": [False, True, False, False],
    }


@pytest.mark.parametrize(
    ("years", "name"),
    [(0, "0-5 years"), (6, "6-17 years"), (39, "18-39 years"), (90, "65 years and older")],
)
def test_an_age_belongs_to_a_group(years: int, name: str) -> None:
    assert name_age(years) == name


def test_an_unknown_age_belongs_to_none() -> None:
    assert name_age(None) == ""


def test_a_sample_has_films_of_either_class_from_the_whole_set() -> None:
    labels = np.array([0] * 90 + [1] * 10)
    pixels = np.arange(100, dtype=np.uint8).reshape(100, 1, 1)
    films = Films(Population.CHILD, pixels, labels, list(map(str, range(100))), {})
    sample = films.take(5)
    assert np.bincount(sample.labels).tolist() == [5, 5]
    assert sample.pixels.ravel().tolist() == [0, 22, 44, 67, 89, 90, 92, 94, 97, 99]
    assert sample.patients[-1] == "99"
    assert len(films.take(40).labels) == 50
