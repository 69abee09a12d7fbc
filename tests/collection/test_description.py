"""The description of collected films states the ages of their patients."""

from dataclasses import fields

import pytest

from collection.description import describe_films, join_descriptions
from collection.snapshot import Provenance
from training.data.manifest import PUBLIC_DESCRIPTION


def _film(age_years: str) -> Provenance:
    values = {field.name: "" for field in fields(Provenance)}
    return Provenance(**{**values, "age_years": age_years, "answered_at": "2026-11-23T08:00:00Z"})


@pytest.mark.parametrize(
    ("ages", "span"),
    [(("4", "", "11"), [4, 11]), (("3", "18"), [3, 17]), (("", ""), [1, 5])],
)
def test_ages_are_those_of_the_films_or_those_of_the_released_model(
    ages: tuple[str, ...], span: list[int]
) -> None:
    assert describe_films("dev", [_film(age) for age in ages])["age_years"] == span


def test_a_base_widens_the_ages() -> None:
    own = describe_films("dev", [_film("4"), _film("11")])
    assert join_descriptions(PUBLIC_DESCRIPTION, own)["age_years"] == [1, 11]
