"""A stage whose site lends its films, and the command that collects them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from collection import command
from tests.collection.labelled_films import Collect
from tests.collection.reviewed_films import ReviewedFilms
from tests.release.stage import start_stage


@pytest.fixture
def films(monkeypatch: pytest.MonkeyPatch) -> Iterator[ReviewedFilms]:
    with start_stage(monkeypatch) as stage:
        films = ReviewedFilms(stage=stage)
        films.put_secret()
        films.allow_training()
        yield films


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "snapshot"


@pytest.fixture
def collect(out: Path, monkeypatch: pytest.MonkeyPatch) -> Collect:
    """Runs the command, and returns its exit status."""

    def collect(*options: str | Path) -> int:
        arguments = ["training.collect", "dev", "--out", str(out), *map(str, options)]
        monkeypatch.setattr("sys.argv", arguments)
        return command.main()

    return collect
