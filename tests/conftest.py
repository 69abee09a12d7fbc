"""Fixtures for all tests: golden messages, and the X-ray data set if it is present."""

import json
import os
from pathlib import Path
from typing import Any, Protocol

import pytest

pytest_plugins = ["tests.running_system", "tests.smoke_run", "tests.synthesis"]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("XRAY_DATA") or ROOT.parent / "shared" / "data")


class Golden(Protocol):
    def __call__(self, name: str) -> Any: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if DATA.is_dir():
        return
    if os.environ.get("XRAY_DATA_REQUIRED"):
        raise pytest.UsageError(f"the X-ray data set is not at {DATA}; set XRAY_DATA to its folder")
    missing = pytest.mark.skip(reason=f"the X-ray data set is not at {DATA}; XRAY_DATA names it")
    for item in items:
        if item.get_closest_marker("data"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Reads a message under tests/golden; the tests of its producer and its consumer load it."""
    return lambda name: json.loads((ROOT / "tests" / "golden" / name).read_text())


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the X-ray data set."""
    return DATA
