"""Redis: records and predictions, kept to save reads and work. It may be lost at any moment.

An entry that is no UTF-8, of another type or of another form counts as absent. Every failure of
Redis is caught here: a read returns nothing, a write is skipped, a metric counts it. Then a circuit
breaker leaves Redis alone for a few seconds, so that an outage costs one timeout and not one for
each call.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pybreaker import STATE_OPEN, CircuitBreaker, CircuitBreakerError
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from contracts import keys
from contracts.metrics import POSITIVE_RATE_ANSWERS, Metric
from lambdas import clients
from lambdas.cached_prediction import CachedPrediction
from lambdas.found_search import FoundSearch
from lambdas.identified_record import IdentifiedRecord
from lambdas.observability import emit_count, logger
from lambdas.record_cipher import RecordCipher
from lambdas.redis_credentials import RedisCredentials
from lambdas.settings import Settings

# ElastiCache answers within a millisecond; more than this is an outage.
_CONNECT_SECONDS = 0.25
_READ_SECONDS = 0.5
_BREAK_SECONDS = 5.0

_RECORD_TTL_SECONDS = 7 * 24 * 3600
# A site sends the same bytes again within days, if at all.
_PREDICTION_TTL_SECONDS = 30 * 24 * 3600
# Each answer renews it: only the list of a site that sends nothing, or of an old model, expires.
_POSITIVES_TTL_SECONDS = 30 * 24 * 3600

# A shift: until then "back" and J and K lead through what was found.
_SEARCH_TTL_SECONDS = 12 * 3600

# Writers may come in any order: only a record with a higher sequence replaces another.
_PUT_IF_NEWER = """
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
local sequence = tonumber(redis.call('HGET', KEYS[1], 'sequence') or '')
if sequence and sequence > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'sequence', ARGV[1], 'entry', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

T = TypeVar("T")


class Cache:
    """`redis` returns bytes: a text that cannot be decoded is found here, entry by entry."""

    def __init__(
        self, redis: Redis, cipher: RecordCipher, *, break_seconds: float = _BREAK_SECONDS
    ) -> None:
        self._redis = redis
        self._cipher = cipher
        self._breaker = CircuitBreaker(
            fail_max=1,
            reset_timeout=break_seconds,
            exclude=[lambda error: not isinstance(error, RedisError) or _is_wrong_type(error)],
            throw_new_error_on_trip=False,
        )

    @property
    def available(self) -> bool:
        """Whether the last call to Redis succeeded."""
        return self._breaker.current_state != STATE_OPEN

    def call(self, command: Callable[[Redis], T]) -> T | None:
        """The result of commands on Redis; None where it is away."""
        return self._call(lambda: command(self._redis))

    def read_record(self, radiograph_id: str) -> IdentifiedRecord | None:
        return self.read_records([radiograph_id])[0]

    def read_records(
        self, radiograph_ids: Sequence[str], *, min_seconds: int = 0
    ) -> list[IdentifiedRecord | None]:
        """The records of several radiographs, in their order; only those that Redis keeps for
        `min_seconds` or longer.
        """
        names = [keys.redis_radiograph(radiograph_id) for radiograph_id in radiograph_ids]

        def read() -> list[IdentifiedRecord | None]:
            commands = self._redis.pipeline(transaction=False)
            for name in names:
                commands.hget(name, "entry")
            for name in names if min_seconds else ():
                commands.ttl(name)
            # One entry of a wrong type spoils no other.
            replies = commands.execute(raise_on_error=False)
            for reply in replies:
                if isinstance(reply, Exception) and not _is_wrong_type(reply):
                    raise reply
            entries = replies[: len(names)]
            seconds = replies[len(names) :] or [min_seconds] * len(names)
            return [
                _parse_or_none(self._parse_record, entry) if left >= min_seconds else None
                for entry, left in zip(entries, seconds, strict=True)
            ]

        return self._call(read) or [None] * len(radiograph_ids)

    def put_record(self, identified_record: IdentifiedRecord) -> None:
        """Stores the record, unless Redis holds a later one."""
        key = keys.redis_radiograph(identified_record.record.radiograph_id)
        sequence, text = identified_record.record.sequence, identified_record.to_text()

        def put() -> None:
            entry = self._cipher.encrypt(text)
            self._redis.eval(_PUT_IF_NEWER, 1, key, sequence, entry, _RECORD_TTL_SECONDS)

        self._call(put)

    def delete_record(self, radiograph_id: str) -> None:
        self._call(lambda: self._redis.delete(keys.redis_radiograph(radiograph_id)))

    def read_prediction(self, site: str, sha256: str, version: str) -> CachedPrediction | None:
        """The prediction for the same bytes by the same model version, made for the same site."""
        key = keys.redis_answer(site, sha256, version)
        return _parse_or_none(CachedPrediction.from_text, self._call(lambda: self._redis.get(key)))

    def put_prediction(
        self, site: str, sha256: str, version: str, prediction: CachedPrediction
    ) -> None:
        key = keys.redis_answer(site, sha256, version)
        text = prediction.to_text()
        self._call(lambda: self._redis.set(key, text, ex=_PREDICTION_TTL_SECONDS))

    def delete_predictions(self, site: str, sha256: str) -> None:
        """Deletes the predictions of all model versions for the same bytes."""
        pattern = keys.redis_answer(site, sha256, "*")

        def delete() -> None:
            for key in self._redis.scan_iter(match=pattern, count=1000):
                self._redis.delete(key)

        self._call(delete)

    def put_search(self, subject: str, search: FoundSearch) -> bool:
        """Stores a search for its account; False where Redis is away. Its words may name a patient,
        so it is encrypted as the records are.
        """
        key, text = keys.redis_search(subject, search.search_id), search.to_text()

        def put() -> bool:
            self._redis.set(key, self._cipher.encrypt(text), ex=_SEARCH_TTL_SECONDS)
            return True

        return bool(self._call(put))

    def read_search(self, subject: str, search_id: str) -> FoundSearch | None:
        key = keys.redis_search(subject, search_id)
        return _parse_or_none(
            lambda entry: FoundSearch.from_text(self._cipher.decrypt(entry)),
            self._call(lambda: self._redis.get(key)),
        )

    def increment(self, key: str, *, expire_seconds: int) -> int | None:
        """The number of calls with `key`, this one included; None where Redis is away."""

        def count() -> int:
            commands = self._redis.pipeline(transaction=True)
            commands.incr(key)
            commands.expire(key, expire_seconds)
            return int(commands.execute()[0])

        return self._call(count)

    def update_positive_rate(self, site: str, version: str, *, positive: bool) -> float | None:
        """Adds one answer, and returns the share of positives among the last 100 answers of the
        site by this model version; None while there are fewer, and where Redis is away.
        """
        key = keys.redis_positives(site, version)

        def push() -> list[bytes]:
            if self._redis.type(key) not in (b"list", b"none"):
                self._redis.delete(key)
            commands = self._redis.pipeline(transaction=True)
            commands.lpush(key, int(positive))
            commands.ltrim(key, 0, POSITIVE_RATE_ANSWERS - 1)
            commands.expire(key, _POSITIVES_TTL_SECONDS)
            commands.lrange(key, 0, -1)
            return list(commands.execute()[-1])

        last = self._call(push) or []
        return last.count(b"1") / len(last) if len(last) == POSITIVE_RATE_ANSWERS else None

    def _parse_record(self, entry: str) -> IdentifiedRecord:
        return IdentifiedRecord.from_text(self._cipher.decrypt(entry))

    def _call(self, command: Callable[[], T]) -> T | None:
        """The result of `command`; None where it fails, or while the circuit breaker is open."""
        try:
            return self._breaker.call(command)
        except CircuitBreakerError:
            return None
        except RedisError as error:
            if _is_wrong_type(error):
                return None
            logger.warning("Redis is away", extra={"error": type(error).__name__})
            emit_count(Metric.CACHE_UNAVAILABLE)
            return None


def _is_wrong_type(error: BaseException) -> bool:
    """Whether an entry has another type than its command is for; Redis itself is well."""
    return isinstance(error, ResponseError) and "WRONGTYPE" in str(error)


def _parse_or_none(parse: Callable[[str], T], entry: object) -> T | None:
    """None, too, where another release wrote the value in another form."""
    if not isinstance(entry, bytes):
        return None
    try:
        return parse(entry.decode())
    except (ValueError, RecursionError):
        return None


def connect_cache(settings: Settings, *, read_seconds: float = _READ_SECONDS) -> Cache:
    """The cache that the settings name; nothing is sent before the first call. An answer that takes
    longer than `read_seconds` is an outage.
    """
    redis = Redis.from_url(
        settings.redis_url,
        credential_provider=RedisCredentials(clients.secrets(), settings.redis_secret_arn),
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=read_seconds,
    )
    return Cache(redis, RecordCipher(clients.secrets(), settings.record_key_arn))
