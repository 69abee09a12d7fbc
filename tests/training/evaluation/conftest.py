"""A drawn chest, at the size that the network sees."""

import pytest

from phantoms.chest import phantom
from screening.images import model_input
from screening.radiograph import Pixels


@pytest.fixture(scope="session")
def chest() -> Pixels:
    return model_input(phantom())
