"""The report says for whom a model is valid as its card does."""

from dataclasses import replace

import pytest

from contracts.answers import Population
from screening.card import read_card
from tests.conftest import ROOT
from training.evaluation.report_sections import describe_validity

CARD = read_card(ROOT / "models" / "model_card.json")
CHILDREN = replace(CARD.children, age_years=(1, 5), is_valid=True)
ADULTS = replace(CHILDREN, name=Population.ADULT, age_years=(18, 120))
OUTSIDE = "; these are its results outside of its intended use."


@pytest.mark.parametrize(
    ("children_valid", "adults_valid", "expected"),
    [
        (True, False, f"children of 1 to 5 years{OUTSIDE}"),
        (True, True, "children of 1 to 5 years and adults of 18 years and over."),
        (False, False, f"nobody{OUTSIDE}"),
    ],
)
def test_the_ages_are_those_of_the_card(
    children_valid: bool, adults_valid: bool, expected: str
) -> None:
    children = replace(CHILDREN, is_valid=children_valid)
    adults = replace(ADULTS, is_valid=adults_valid)
    card = replace(CARD, populations=(children, adults))
    assert describe_validity(card) == f"The model is valid for {expected}"
