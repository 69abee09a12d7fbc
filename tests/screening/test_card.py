"""An invalid model card is refused before it answers anything."""

import json
from typing import Any

import pytest

from screening.card import parse_card
from screening.errors import ModelError
from tests.conftest import ROOT


@pytest.fixture
def fields() -> dict[str, Any]:
    return dict(json.loads((ROOT / "models" / "model_card.json").read_text()))


def test_the_bundled_card_is_read(fields: dict[str, Any]) -> None:
    assert parse_card(fields).model_version == fields["model_version"]


@pytest.mark.parametrize(
    "change",
    [
        {"operating_point": {"threshold": 0.5, "band": [0.6, 0.7]}},
        {"operating_point": {"threshold": 0.5}},
        {"calibration": {"temperature": 0}},
        {"calibration": {"temperature": 1, "shift": float("nan")}},
        {"intended_use": {"age_years": [1]}},
        {"artefacts": {}},
    ],
)
def test_a_card_that_cannot_be_is_refused(fields: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        parse_card({**fields, **change})
