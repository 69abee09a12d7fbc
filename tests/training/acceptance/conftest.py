"""The folder of a synthetic site, shared by the tests of this package; read only."""

from pathlib import Path

import pytest

from tests.shared_folders import fill_once
from tests.training.acceptance.drawn_site import write_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_once(tmp_path_factory, "site", write_site)
