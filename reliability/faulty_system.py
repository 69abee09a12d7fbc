"""Starts the system with the endpoint as predictor and a faulty proxy before AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.settings import Model
from reliability.proxy import FaultyProxy
from reliability.running_system import RunningSystem, find_free_ports, start_system


@contextmanager
def start_faulty_system(folder: Path, *, seed: int) -> Iterator[tuple[RunningSystem, FaultyProxy]]:
    """Runs both until the block ends. At first the proxy injects no fault."""
    port, proxy_port = find_free_ports(), find_free_ports()
    proxy = FaultyProxy(proxy_port, aws=port + 1, endpoint=port + 3, seed=seed)
    environment = {"PROXY_PORT": str(proxy_port), "MODEL": Model.ENDPOINT}
    try:
        system = start_system(folder, environment, port=port)
        try:
            yield system, proxy
        finally:
            system.stop()
    finally:
        proxy.shutdown()
        proxy.server_close()
