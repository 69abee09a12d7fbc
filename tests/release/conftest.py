"""A stage to which nothing was released yet."""

from collections.abc import Iterator

import pytest

from tests.release.stage import Stage, deployed


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """The dev stage in an account where nobody has trained yet."""
    with deployed(monkeypatch) as stage:
        yield stage
