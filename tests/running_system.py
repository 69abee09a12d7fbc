"""The fixture `system`: the whole system, started once for all tests that need it."""

from collections.abc import Iterator

import pytest

from reliability.running_system import RunningSystem, find_free_ports, start_process, start_system

__all__ = ["RunningSystem", "find_free_ports", "start_process", "start_system", "system"]


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A running system that offers one sample file."""
    samples = tmp_path_factory.mktemp("samples")
    (samples / "one.txt").write_text("a sample")
    running = start_system(tmp_path_factory.mktemp("system"), {"SAMPLES": str(samples)})
    yield running
    running.stop()
