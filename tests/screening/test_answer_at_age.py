"""The answer for another age is the one that screening gives for it, by the same prediction."""

from dataclasses import replace
from itertools import product

import pytest

from contracts.answers import NotAssessed
from contracts.sites import AgePolicy, SiteSettings
from screening.answer import build_answer_at_age
from screening.errors import ModelError
from tests.screening.answers import CARD, answer_to
from tests.screening.population_cards import ADULTS, CHILDREN

BOTH = replace(CARD, populations=(CHILDREN, ADULTS), min_lung_energy=0.5, typicality_limit=0.0)
AGES = (None, 3, 10, 40)
SITE = SiteSettings(prevalence=0.1, age_policy=AgePolicy.SHOW, offset=0.5)
FILES: tuple[dict[str, object], ...] = (
    {},
    {"photographed": True, "mirrored": True},
    {"exclusion": NotAssessed.NOT_FRONTAL, "photographed": True},
    {"typicality": -3.0},
    {"adult": 4.0, "lung_energy": 0.2},
    {"adult": -4.0, "lung_energy": 0.9},
)


@pytest.mark.parametrize(("before", "after"), list(product(AGES, AGES)))
@pytest.mark.parametrize("site", [None, SITE, replace(SITE, requires_age=True)])
@pytest.mark.parametrize("file", FILES, ids=str)
def test_it_is_the_answer_of_screening(
    before: int | None, after: int | None, site: SiteSettings | None, file: dict[str, object]
) -> None:
    options = {"typicality": 1.0, "site": site, **file}
    first = answer_to(1.0, BOTH, age_years=before, **options)  # type: ignore[arg-type]
    expected = answer_to(1.0, BOTH, age_years=after, **options)  # type: ignore[arg-type]
    assert build_answer_at_age(first, BOTH, site=site, age_years=after) == expected


def test_the_card_of_another_model_is_refused() -> None:
    with pytest.raises(ModelError, match="test-1 gave the answer, not test-2"):
        build_answer_at_age(
            answer_to(1.0), replace(CARD, model_version="test-2"), site=None, age_years=3
        )
