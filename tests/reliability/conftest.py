"""The fixtures of the functions' tests, for the tests of the checker."""

from tests.lambdas.conftest import api, aws, moto_url, reader, redis_url

__all__ = ["api", "aws", "moto_url", "reader", "redis_url"]
