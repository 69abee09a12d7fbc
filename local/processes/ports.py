"""The ports of a run: free before it starts, answering once a part is up."""

import socket

from local.errors import InUseError
from local.processes.group import listener
from local.settings import Settings


def check(settings: Settings) -> None:
    """Raises TakenError where one of our ports has somebody else on it."""
    for port, what in settings.ports.items():
        if not _is_free(port):
            whom = listener(port)
            other, last = settings.port + 100, max(settings.ports) + 100
            raise InUseError(
                f"Port {port} ({what}) is taken{f' by {whom}' if whom else ''}. "
                f"Choose others: make run PORT={other} (it uses {other} to {last})."
            )


def is_open(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _is_free(port: int) -> bool:
    """Nobody listens there, on this address or on all; connections of a run that has just ended
    may linger.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return not is_open(port)
