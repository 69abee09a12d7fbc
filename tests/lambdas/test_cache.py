"""A failure of Redis costs one call; then Redis is left alone for a while."""

import time

import pytest
from redis import Redis

from contracts.metrics import Metric
from lambdas import clients
from lambdas.cache import Cache
from lambdas.record_cipher import RecordCipher
from tests.lambdas.calls import Aws
from tests.lambdas.conftest import TOKEN
from tests.lambdas.metrics import parse_metrics

BREAK_SECONDS = 0.5


@pytest.fixture
def redis(aws: Aws, redis_url: str) -> Redis:
    """Fails each call, because its token is wrong."""
    return Redis.from_url(redis_url, password="a wrong token", decode_responses=True)


@pytest.fixture
def cache(redis: Redis) -> Cache:
    cipher = RecordCipher(clients.secrets(), "record-key")
    return Cache(redis, cipher, break_seconds=BREAK_SECONDS)


def heal(redis: Redis) -> None:
    redis.connection_pool.connection_kwargs["password"] = TOKEN
    redis.connection_pool.reset()


def count_failures(capsys: pytest.CaptureFixture[str]) -> int:
    """How many calls to Redis have failed: a metric counts each."""
    names = [metric.name for metric in parse_metrics(capsys.readouterr().out.splitlines())]
    return names.count(Metric.CACHE_UNAVAILABLE)


def test_after_a_failure_redis_is_left_alone(
    cache: Cache, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cache.available
    for _ in range(3):
        assert cache.read_record("a") is None
        assert not cache.available
    assert count_failures(capsys) == 1


def test_redis_is_tried_again_with_one_call(
    cache: Cache, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.read_record("a")
    time.sleep(BREAK_SECONDS)
    for _ in range(3):
        cache.read_record("a")
    assert count_failures(capsys) == 2
    assert not cache.available


def test_redis_that_is_back_is_used_again(cache: Cache, redis: Redis) -> None:
    cache.read_record("a")
    heal(redis)
    assert not cache.available
    time.sleep(BREAK_SECONDS)
    assert cache.read_records(["a", "b"]) == [None, None]
    assert cache.available


def test_a_fault_of_our_own_is_raised_and_does_not_count(cache: Cache) -> None:
    with pytest.raises(ZeroDivisionError):
        cache._call(lambda: 1 / 0)
    assert cache.available
