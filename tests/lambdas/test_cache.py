"""A failure of Redis costs one call; then Redis is left alone for a while."""

import time
from collections.abc import Callable

import pytest
from redis import Redis

from contracts import keys
from contracts.answers import Predictor
from contracts.endpoint import Prediction
from contracts.metrics import POSITIVE_RATE_ANSWERS, Metric
from lambdas import clients
from lambdas.cache import Cache
from lambdas.cached_prediction import CachedPrediction
from lambdas.record_cipher import RecordCipher
from local.log_metrics import parse_metrics
from tests.lambdas.calls import Api, Aws, list_worklist
from tests.lambdas.conftest import TOKEN

BREAK_SECONDS = 0.5


@pytest.fixture
def redis(aws: Aws, redis_url: str) -> Redis:
    """Fails each call, because its token is wrong."""
    return Redis.from_url(redis_url, password="a wrong token")


@pytest.fixture
def cache(redis: Redis) -> Cache:
    return Cache(redis, build_cipher(), break_seconds=BREAK_SECONDS)


def build_cipher() -> RecordCipher:
    return RecordCipher(clients.secrets(), "record-key")


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


# Entries that nobody of ours wrote

ANSWER_KEY = keys.redis_answer("siteNorth", "0" * 64, "v1")
POSITIVES_KEY = keys.redis_positives("siteNorth", "v1")
# An entry of each type of Redis, and texts that are no entry.
ENTRIES: dict[str, Callable[[Redis, str], object]] = {
    "a list": lambda redis, key: redis.rpush(key, "1"),
    "a set": lambda redis, key: redis.sadd(key, "1"),
    "a text": lambda redis, key: redis.set(key, "x"),
    "no UTF-8": lambda redis, key: redis.set(key, b"\xff\xfe"),
    "a JSON list": lambda redis, key: redis.set(key, "[]"),
    "nesting": lambda redis, key: redis.set(key, "[" * 100_000),
    "a hash without UTF-8": lambda redis, key: redis.hset(
        key, mapping={"sequence": b"\xff", "entry": b"\xff"}
    ),
    "a hash of another form": lambda redis, key: redis.hset(
        key, mapping={"sequence": "one", "entry": "5"}
    ),
}


@pytest.fixture
def healthy_cache(aws: Aws) -> Cache:
    return Cache(aws.redis, build_cipher())


@pytest.mark.parametrize("put_entry", ENTRIES.values(), ids=ENTRIES)
def test_a_record_of_a_wrong_type_counts_as_absent_and_is_replaced(
    aws: Aws, api: Api, put_entry: Callable[[Redis, str], object]
) -> None:
    radiographs = [api.create("k1"), api.create("k2")]
    aws.redis.delete(keys.redis_radiograph(radiographs[0]))
    put_entry(aws.redis, keys.redis_radiograph(radiographs[0]))
    cache = Cache(aws.redis, build_cipher())
    assert cache.read_record(radiographs[0]) is None
    absent, present = cache.read_records(radiographs)
    assert absent is None and present is not None
    assert {view.id for view in list_worklist(api).radiographs} == set(radiographs)
    assert cache.read_record(radiographs[0]) is not None
    assert list_worklist(api).complete and cache.available


@pytest.mark.parametrize("put_entry", ENTRIES.values(), ids=ENTRIES)
def test_a_prediction_of_a_wrong_type_counts_as_absent(
    aws: Aws, healthy_cache: Cache, put_entry: Callable[[Redis, str], object]
) -> None:
    put_entry(aws.redis, ANSWER_KEY)
    assert healthy_cache.read_prediction("siteNorth", "0" * 64, "v1") is None
    assert healthy_cache.available
    prediction = CachedPrediction(
        prediction=Prediction(logit=1.0, typicality=1.0, attention=((0.5,),), model_version="v1"),
        predictor=Predictor.CPU,
    )
    healthy_cache.put_prediction("siteNorth", "0" * 64, "v1", prediction)
    assert healthy_cache.read_prediction("siteNorth", "0" * 64, "v1") == prediction


@pytest.mark.parametrize("put_entry", ENTRIES.values(), ids=ENTRIES)
def test_a_list_of_answers_of_a_wrong_type_begins_anew(
    aws: Aws, healthy_cache: Cache, put_entry: Callable[[Redis, str], object]
) -> None:
    put_entry(aws.redis, POSITIVES_KEY)
    for _ in range(POSITIVE_RATE_ANSWERS):
        rate = healthy_cache.update_positive_rate("siteNorth", "v1", positive=True)
    assert rate == 1.0
    assert healthy_cache.available
