"""The functions over real parts, as the tests of the functions have them."""

from tests.lambdas.conftest import api, aws, moto_url, reader, redis_url

__all__ = ["api", "aws", "moto_url", "reader", "redis_url"]
