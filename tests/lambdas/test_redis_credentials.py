"""Redis accepts the token in its secret, and nothing else."""

from collections.abc import Callable, Iterator

import pytest

from contracts.answers import Predictor
from contracts.endpoint import Prediction
from lambdas import clients
from lambdas.cache import Cache, connect_cache
from lambdas.cached_prediction import CachedPrediction
from lambdas.settings import read_settings
from tests.lambdas.calls import Aws
from tests.lambdas.conftest import TOKEN

PREDICTION = CachedPrediction(
    prediction=Prediction(
        logit=1.5,
        typicality=-1.0,
        attention=((0.0, 1.0), (0.5, 0.25)),
        model_version="m-1",
        doubts=(0.5, 0.25, 0.25),
    ),
    predictor=Predictor.CPU,
)
KEY = ("siteNorth", "0" * 64, "m-1")


@pytest.fixture
def cache(aws: Aws) -> Cache:
    return connect_cache(read_settings())


@pytest.fixture
def set_token(aws: Aws) -> Iterator[Callable[[str], object]]:
    """Sets the token of Redis; after the test it is restored."""
    yield lambda token: aws.redis.config_set("requirepass", token)
    aws.redis.config_set("requirepass", TOKEN)


def test_the_token_of_the_secret_opens_redis(cache: Cache) -> None:
    cache.put_prediction(*KEY, PREDICTION)
    assert cache.read_prediction(*KEY) == PREDICTION


def test_a_rotated_token_is_read_with_the_next_connection(
    cache: Cache, aws: Aws, set_token: Callable[[str], object]
) -> None:
    cache.put_prediction(*KEY, PREDICTION)
    set_token("the-next-token")
    clients.secrets().put_secret_value(SecretId="redis-token", SecretString="the-next-token")
    fresh = connect_cache(read_settings())
    assert fresh.read_prediction(*KEY) == PREDICTION


def test_a_wrong_token_means_that_redis_is_away(aws: Aws, cache: Cache) -> None:
    clients.secrets().put_secret_value(SecretId="redis-token", SecretString="a-wrong-token")
    assert cache.read_prediction(*KEY) is None
    assert not cache.available


def test_a_secret_that_cannot_be_read_means_that_redis_is_away(aws: Aws, cache: Cache) -> None:
    clients.secrets().delete_secret(SecretId="redis-token", ForceDeleteWithoutRecovery=True)
    assert cache.read_prediction(*KEY) is None
    assert not cache.available
