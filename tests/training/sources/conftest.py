"""A server on this machine instead of the internet."""

from collections.abc import Iterator

import pytest

from tests.training.sources.local_server import LocalServer, run_server


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with run_server() as server:
        yield server
