"""Tokens that the API refuses before they expire: ended by a logout, or with all of an account.

They lie in Redis. Without it a token counts as valid, so that doctors can work, and a metric counts
the requests.
"""

from contracts import keys
from contracts.metrics import Metric
from lambdas.cache import Cache
from lambdas.observability import emit_count

# Cognito's longest life of an ID token: after it the token is refused anyway.
_TTL_SECONDS = 24 * 3600

# The set never expires as a whole, so that a full Redis, which evicts only keys that expire, keeps
# it. Each write removes the entries whose time is over, by Redis's own clock.
_PUT = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
"""


class TokenEnds:
    """A logout is kept by the id of its token, the end of all sessions by the account."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def put_logout(self, token_id: str) -> None:
        self._put(token_id)

    def end_sessions(self, subject: str) -> None:
        """Makes the API refuse all tokens that the account has until now."""
        self._put(keys.redis_session_end(subject))

    def contain(self, token_id: str, *, subject: str, issued_at: float) -> bool:
        # In one command: each request of the API asks for it.
        names = [token_id, keys.redis_session_end(subject)]
        scores = self._cache.call(lambda redis: list(redis.zmscore(keys.REDIS_TOKEN_ENDS, names)))
        if scores is None:
            emit_count(Metric.LOGOUT_UNCHECKED)
            return False
        logout, end = scores
        is_before_end = end is not None and issued_at <= float(end) - _TTL_SECONDS
        return logout is not None or is_before_end

    def _put(self, name: str) -> None:
        key = keys.REDIS_TOKEN_ENDS
        self._cache.call(lambda redis: redis.eval(_PUT, 1, key, name, _TTL_SECONDS))
