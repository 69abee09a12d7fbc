"""The local Redis evicts as that of the cloud, and needs its token."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from local.aws import persistent_secrets
from local.processes.group import Processes
from local.processes.services import REDIS, Services
from local.settings import Settings
from tests.running_system import find_free_ports


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """The settings of a run whose Redis has started."""
    settings = Settings(folder=tmp_path, port=find_free_ports())
    settings.data.mkdir()
    processes = Processes(record=tmp_path / "processes.json", logs=tmp_path)
    services = Services(settings, processes, warn=print)
    services._start(REDIS)
    services._wait_for(REDIS)
    yield settings
    processes.stop_all()


def test_a_full_redis_evicts_only_what_expires(settings: Settings) -> None:
    """The set of logouts does not expire. `tests/cdk/test_cache.py` checks the cloud's policy."""
    token = persistent_secrets.read_or_create_secret(settings, persistent_secrets.REDIS)
    with Redis.from_url(settings.redis_url, password=token, decode_responses=True) as redis:
        limits = redis.config_get("maxmemory*")
    assert limits["maxmemory-policy"] == "volatile-lru"
    assert limits["maxmemory"] == str(256 * 1024**2)


def test_without_its_token_redis_refuses(settings: Settings) -> None:
    with Redis.from_url(settings.redis_url) as redis, pytest.raises(AuthenticationError):
        redis.ping()
