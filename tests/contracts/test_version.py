"""Reports name the version of the software."""

import tomllib

from contracts.version import SOFTWARE_VERSION
from tests.conftest import ROOT


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == SOFTWARE_VERSION
