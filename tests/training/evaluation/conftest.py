"""A synthetic chest X-ray at the size of the model's input."""

import pytest

from phantoms.chest import draw_phantom
from screening.images import build_model_input
from screening.radiograph import Pixels


@pytest.fixture(scope="session")
def chest() -> Pixels:
    """Neither black nor white, so that it can get darker and brighter."""
    return build_model_input(draw_phantom()) // 2 + 64
