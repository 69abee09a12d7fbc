"""Fixtures for all tests: golden messages, and the X-ray data set and cases if they are present."""

import gc
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, Protocol

import pytest

pytest_plugins = [
    "tests.running_browser",
    "tests.running_system",
    "tests.smoke_run",
    "tests.synthesis",
]

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("XRAY_DATA") or ROOT.parent / "shared" / "data")
CASES = Path(os.environ.get("XRAY_CASES") or ROOT.parent / "shared" / "cases")

# Per marker: the folder that its tests need, and the sentence where it is missing.
_FOLDERS = {
    "data": (DATA, f"the X-ray data set is not at {DATA}; XRAY_DATA names its folder"),
    "cases": (CASES, f"the X-ray cases are not at {CASES}; XRAY_CASES names their folder"),
}

# Requests of web servers and of moto make many short-lived objects. By Python's own number, 700,
# the collector took a tenth of the CPU time of their tests.
_ALLOCATIONS = 20_000


class Golden(Protocol):
    def __call__(self, name: str) -> Any: ...


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Imports all test files without the collector of garbage, which would visit their millions of
    objects again and again. They stay until the end, so it never needs to visit them.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(_ALLOCATIONS)


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
