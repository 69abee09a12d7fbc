"""An invalid model card is refused before it answers anything."""

import json
from typing import Any

import pytest

from contracts.answers import Population
from contracts.model_card import list_populations
from screening.card import parse_card
from screening.errors import ModelError
from tests.conftest import ROOT


@pytest.fixture
def fields() -> dict[str, Any]:
    return dict(json.loads((ROOT / "models" / "model_card.json").read_text()))


def test_the_bundled_card_is_read(fields: dict[str, Any]) -> None:
    assert parse_card(fields).model_version == fields["model_version"]


def test_the_caution_about_the_lungs_is_off_without_its_limit(fields: dict[str, Any]) -> None:
    fields.pop("min_lung_energy", None)
    assert parse_card(fields).min_lung_energy is None
    assert parse_card({**fields, "min_lung_energy": 0.6}).min_lung_energy == 0.6


@pytest.mark.parametrize(
    "change",
    [
        {"operating_point": {"threshold": 0.5, "band": [0.6, 0.7]}},
        {"operating_point": {"threshold": 0.5}},
        {"calibration": {"temperature": 0}},
        {"calibration": {"temperature": 1, "shift": float("nan")}},
        {"age_years": [1]},
        {"valid": None, "validation": {}},
    ],
)
def test_a_population_that_cannot_be_is_refused(
    fields: dict[str, Any], change: dict[str, Any]
) -> None:
    child = list_populations(fields)[Population.CHILD]
    parse_card({**fields, "populations": {"child": child}})
    with pytest.raises(ModelError):
        parse_card({**fields, "populations": {"child": {**child, **change}}})


def test_a_card_without_its_artefacts_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        parse_card({**fields, "artefacts": {}})


def test_a_card_of_release_0_1_has_children_at_its_top_level(fields: dict[str, Any]) -> None:
    child = list_populations(fields)[Population.CHILD]
    rest = {name: value for name, value in fields.items() if name != "populations"}
    of_release_0_1 = {**rest, **child, "intended_use": {"age_years": [1, 5]}}
    assert parse_card(of_release_0_1).populations[0].age_years == (1, 5)
    with pytest.raises(ModelError):
        parse_card({**of_release_0_1, "intended_use": {"age_years": [1]}})
