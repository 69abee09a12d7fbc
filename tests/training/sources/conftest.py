"""A server on this machine instead of the web."""

from collections.abc import Iterator

import pytest

from tests.training.sources.local_server import Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web
