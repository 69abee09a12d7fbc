"""The fixture `stage`: a stage without any released model, new for each test."""

from collections.abc import Iterator

import pytest

from tests.release.stage import Stage, start_stage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with start_stage(monkeypatch) as stage:
        yield stage
