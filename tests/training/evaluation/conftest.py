"""A drawn chest, at the size that the network sees."""

import pytest

from local.phantom import phantom
from screening.pictures import model_input
from screening.radiograph import Pixels


@pytest.fixture(scope="session")
def chest() -> Pixels:
    return model_input(phantom())
