"""A disk that fills is said once, and once more when it no longer does."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from local.processes.disk_space import LEAST_BYTES, Room
from local.progress import Progress
from local.settings import Settings
from local.stack import Stack
from tests.running_system import find_free_ports


def test_a_disk_that_fills_and_empties_is_said_at_each_change() -> None:
    left = iter([LEAST_BYTES, 20_000_000, 0, LEAST_BYTES, LEAST_BYTES])
    room = Room(Path("data"), free=lambda folder: next(left))
    assert [room.news()[:32] for _ in range(5)] == [
        "",
        "The disk of data has 19 MB left.",
        "",
        "There is room again for data.",
        "",
    ]


def test_a_run_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.processes.disk_space.LEAST_BYTES", 1 << 60)
    said = io.StringIO()
    settings = Settings(folder=tmp_path, port=find_free_ports())
    Stack(settings, Progress(Console(file=said, soft_wrap=True))).watch()
    assert f"The disk of {settings.data} has" in said.getvalue()
