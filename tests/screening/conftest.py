"""The bundled model's card."""

import pytest

from screening.card import ModelCard, read_card
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def card() -> ModelCard:
    return read_card(ROOT / "models" / "model_card.json")
