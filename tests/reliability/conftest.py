"""The fixtures of the functions' tests, for the tests of the checker."""

from tests.lambdas.conftest import api, aws, decoder_process, moto_state, moto_url, redis_url

__all__ = ["api", "aws", "decoder_process", "moto_state", "moto_url", "redis_url"]
