"""The whole system, started once for all tests that need it: the fixture `stack`."""

from collections.abc import Iterator

import pytest

from reliability.running_system import RunningStack, free_ports, launch, start

__all__ = ["RunningStack", "free_ports", "launch", "stack", "start"]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The running system, with two samples to try."""
    samples = tmp_path_factory.mktemp("samples")
    (samples / "one.txt").write_text("a sample")
    running = start(tmp_path_factory.mktemp("stack"), {"SAMPLES": str(samples)})
    yield running
    running.stop()
