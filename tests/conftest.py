"""Fixtures for all tests: golden messages, and the X-ray data set and cases if they are present."""

import json
import os
from pathlib import Path
from typing import Any, Protocol

import pytest

pytest_plugins = ["tests.running_system", "tests.smoke_run", "tests.synthesis"]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("XRAY_DATA") or ROOT.parent / "shared" / "data")
CASES = Path(os.environ.get("XRAY_CASES") or ROOT.parent / "shared" / "cases")

# Per marker: the folder that its tests need, and the sentence where it is missing.
_FOLDERS = {
    "data": (DATA, f"the X-ray data set is not at {DATA}; XRAY_DATA names its folder"),
    "cases": (CASES, f"the X-ray cases are not at {CASES}; XRAY_CASES names their folder"),
}


class Golden(Protocol):
    def __call__(self, name: str) -> Any: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for marker, (folder, message) in _FOLDERS.items():
        if folder.is_dir():
            continue
        if os.environ.get("XRAY_DATA_REQUIRED"):
            raise pytest.UsageError(message)
        for item in items:
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=message), append=False)


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Reads a message under tests/golden; the tests of its producer and its consumer load it."""
    return lambda name: json.loads((ROOT / "tests" / "golden" / name).read_text())


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the X-ray data set."""
    return DATA
