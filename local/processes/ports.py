"""Checks the ports of a run: free before the start, open when a service is up."""

import socket

from local.errors import InUseError
from local.processes.group import find_listener
from local.settings import Settings


def check_ports_are_free(settings: Settings) -> None:
    """Raises InUseError if another process uses one of the ports."""
    for port, service in settings.ports.items():
        if not _is_free(port):
            listener = find_listener(port)
            first, last = settings.port + 100, max(settings.ports) + 100
            raise InUseError(
                f"Port {port} ({service}) is taken{f' by {listener}' if listener else ''}. "
                f"Choose others: make run PORT={first} (it uses {first} to {last})."
            )


def is_open(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_free(port: int) -> bool:
    """True if no process listens there, on this address or on all addresses.

    SO_REUSEADDR allows for connections that linger after the last run.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not is_open(port)
