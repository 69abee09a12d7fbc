"""Redis opens to the token in its secret, and to nothing else."""

import pytest

from contracts.answers import Predictor
from contracts.endpoint import Prediction
from lambdas import clients, settings
from lambdas.cache import Cache, KnownPrediction, connect

KNOWN = KnownPrediction(
    prediction=Prediction(
        logit=1.5,
        typicality=-1.0,
        attention=((0.0, 1.0), (0.5, 0.25)),
        model_version="m-1",
        doubts=(0.5, 0.25, 0.25),
    ),
    predictor=Predictor.CPU,
)
PLACE = ("siteNorth", "0" * 64, "m-1")


@pytest.fixture
def cache(aws) -> Cache:
    return connect(settings.from_environment())


@pytest.fixture
def token(aws):
    """Sets the token of Redis; afterwards it is again what it was."""
    before = aws.redis.config_get("requirepass")["requirepass"]
    yield lambda new: aws.redis.config_set("requirepass", new)
    aws.redis.config_set("requirepass", before)


def test_the_token_of_the_secret_opens_redis(cache):
    cache.put_prediction(*PLACE, KNOWN)
    assert cache.prediction(*PLACE) == KNOWN


def test_a_rotated_token_is_read_with_the_next_connection(cache, aws, token):
    cache.put_prediction(*PLACE, KNOWN)
    token("the-next-token")
    clients.secrets().put_secret_value(SecretId="redis-token", SecretString="the-next-token")
    fresh = connect(settings.from_environment())
    assert fresh.prediction(*PLACE) == KNOWN


def test_a_wrong_token_means_that_redis_is_away(aws, cache):
    clients.secrets().put_secret_value(SecretId="redis-token", SecretString="a-wrong-token")
    assert cache.prediction(*PLACE) is None
    assert not cache.available


def test_a_secret_that_cannot_be_read_means_that_redis_is_away(aws, cache):
    clients.secrets().delete_secret(SecretId="redis-token", ForceDeleteWithoutRecovery=True)
    assert cache.prediction(*PLACE) is None
    assert not cache.available
