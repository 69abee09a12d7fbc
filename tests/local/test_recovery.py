"""A run checks its services and its disk once a second."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from local.aws.cognito import UserPool
from local.processes.disk_space import DiskSpaceMonitor
from local.processes.group import Processes
from local.processes.services import Services
from local.progress import Progress
from local.recovery import Recovery
from local.settings import Settings


def test_a_run_says_that_its_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.processes.disk_space.MIN_FREE_BYTES", 1 << 60)
    settings, output = Settings(folder=tmp_path), io.StringIO()
    processes = Processes(record=tmp_path / "processes.json", logs=tmp_path)
    Recovery(
        settings=settings,
        progress=Progress(Console(file=output, soft_wrap=True)),
        processes=processes,
        services=Services(settings, processes, warn=print),
        disk_space=DiskSpaceMonitor(tmp_path),
        user_pool=UserPool(issuer="", client_id="", pool_id=""),
        queue_url="",
        refill_cache=lambda payload: None,
    ).check()
    assert f"The disk of {tmp_path} has" in output.getvalue()
