"""A run warns once when the disk is nearly full, and once when it has space again."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from local.processes.disk_space import FULL_BYTES, MIN_FREE_BYTES, DiskSpaceMonitor
from local.progress import Progress
from local.settings import Settings
from local.stack import Stack
from tests.running_system import find_free_ports


def test_a_disk_that_fills_and_empties_is_one_sentence_at_each_change() -> None:
    enough = 2 * MIN_FREE_BYTES
    free = iter([enough, 2 * FULL_BYTES, 0, FULL_BYTES, FULL_BYTES - 1, 2 * FULL_BYTES, enough])
    monitor = DiskSpaceMonitor(Path("data"), free_bytes=lambda folder: next(free))
    assert [monitor.check()[:32] for _ in range(7)] == [
        "",
        "The disk of data has 256 MB left",
        "The disk of data is full: 0 MB l",
        "",
        "",
        "Radiographs are analysed again. ",
        "There is enough space again for ",
    ]


def test_a_run_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.processes.disk_space.MIN_FREE_BYTES", 1 << 60)
    output = io.StringIO()
    settings = Settings(folder=tmp_path, port=find_free_ports())
    Stack(settings, Progress(Console(file=output, soft_wrap=True))).check()
    assert f"The disk of {settings.data} has" in output.getvalue()
