"""Redis: folded records and answers, kept to save work. It may vanish at any moment.

Every failure of Redis is caught here: a read finds nothing, a write is left out, a metric counts.
After one, Redis is not asked again for a few seconds, so that an outage costs one timeout and not
one a call.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from contracts import keys
from contracts.answers import Predictor
from contracts.endpoint import Prediction
from contracts.metrics import POSITIVE_RATE_ANSWERS, Metric
from contracts.record import Record
from contracts.serialisation import parse, serialise
from lambdas import clients
from lambdas.observability import count, logger
from lambdas.redis_token import TokenFromSecret
from lambdas.settings import Settings

# ElastiCache answers within a millisecond; more than this is an outage.
_CONNECT_SECONDS = 0.25
_READ_SECONDS = 0.5
_REST_SECONDS = 5.0

_RECORD_TTL = 7 * 24 * 3600
# A site sees the same bytes again within days, if at all.
_ANSWER_TTL = 30 * 24 * 3600
# Each answer renews it: only the list of a site that sends none, or of an old model, ends.
_POSITIVES_TTL = 30 * 24 * 3600

# A write wins only with a higher sequence, whoever comes last.
_PUT_IF_NEWER = """
local known = redis.call('HGET', KEYS[1], 'sequence')
if known and tonumber(known) > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'sequence', ARGV[1], 'entry', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A record with what doctors see beside it: the file name, and notes by the review's moment."""

    record: Record
    file_name: str
    notes: Mapping[str, str]

    def to_text(self) -> str:
        fields = {"record": serialise(self.record), "file_name": self.file_name}
        return json.dumps({**fields, "notes": self.notes})

    @classmethod
    def from_text(cls, text: str) -> "Entry":
        fields = json.loads(text)
        return cls(
            record=parse(Record, fields["record"]),
            file_name=fields["file_name"],
            notes=fields["notes"],
        )


@dataclass(frozen=True, kw_only=True)
class KnownPrediction:
    """A prediction and who made it: the card is applied anew each time it is used."""

    prediction: Prediction
    predictor: Predictor

    def to_text(self) -> str:
        return json.dumps({**asdict(self.prediction), "predictor": self.predictor})

    @classmethod
    def from_text(cls, text: str) -> "KnownPrediction":
        fields = json.loads(text)
        predictor = Predictor(fields.pop("predictor"))
        attention = tuple(tuple(row) for row in fields.pop("attention"))
        doubts = tuple(fields.pop("doubts", ()))
        prediction = Prediction(**fields, attention=attention, doubts=doubts)
        return cls(prediction=prediction, predictor=predictor)


class Cache:
    def __init__(self, redis: Redis, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._asleep_until = 0.0

    @property
    def available(self) -> bool:
        """Whether the last call to Redis went well, or was long enough ago to try again."""
        return self._clock() >= self._asleep_until

    def entry(self, radiograph: str) -> Entry | None:
        key = keys.redis_radiograph(radiograph)
        return _read(Entry.from_text, self._ask(lambda: self._redis.hget(key, "entry")))

    def entries(self, radiographs: Sequence[str]) -> list[Entry | None]:
        """The entries of several radiographs, in their order."""

        def read() -> list[str | None]:
            pipeline = self._redis.pipeline(transaction=False)
            for radiograph in radiographs:
                pipeline.hget(keys.redis_radiograph(radiograph), "entry")
            return list(pipeline.execute())

        texts = self._ask(read) or [None] * len(radiographs)
        return [_read(Entry.from_text, text) for text in texts]

    def put(self, entry: Entry) -> None:
        key = keys.redis_radiograph(entry.record.radiograph_id)
        sequence, text = entry.record.sequence, entry.to_text()
        self._ask(lambda: self._redis.eval(_PUT_IF_NEWER, 1, key, sequence, text, _RECORD_TTL))

    def prediction(self, site: str, sha256: str, version: str) -> KnownPrediction | None:
        """What the network said of the same bytes before, for the same site."""
        key = keys.redis_answer(site, sha256, version)
        return _read(KnownPrediction.from_text, self._ask(lambda: self._redis.get(key)))

    def put_prediction(self, site: str, sha256: str, version: str, known: KnownPrediction) -> None:
        key = keys.redis_answer(site, sha256, version)
        self._ask(lambda: self._redis.set(key, known.to_text(), ex=_ANSWER_TTL))

    def positive_rate(self, site: str, version: str, *, positive: bool) -> float | None:
        """The share of positives among the site's last 100 answers by the model, with this one.

        None until there are 100, and where Redis is away.
        """
        key = keys.redis_positives(site, version)

        def push() -> list[str]:
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.lpush(key, int(positive))
            pipeline.ltrim(key, 0, POSITIVE_RATE_ANSWERS - 1)
            pipeline.expire(key, _POSITIVES_TTL)
            pipeline.lrange(key, 0, -1)
            return list(pipeline.execute()[-1])

        last = self._ask(push) or []
        return last.count("1") / len(last) if len(last) == POSITIVE_RATE_ANSWERS else None

    def _ask(self, call: Callable[[], T]) -> T | None:
        if not self.available:
            return None
        try:
            return call()
        except RedisError as error:
            self._asleep_until = self._clock() + _REST_SECONDS
            logger.warning("Redis is away", extra={"error": type(error).__name__})
            count(Metric.CACHE_UNAVAILABLE)
            return None


def _read(parse: Callable[[str], T], text: object) -> T | None:
    """Nothing, too, where the value was written by a release with another form."""
    if not text:
        return None
    try:
        return parse(str(text))
    except (KeyError, TypeError, ValueError):
        return None


def connect(known: Settings) -> Cache:
    """The cache that the settings name; nothing is sent before the first call."""
    redis = Redis.from_url(
        known.redis_url,
        credential_provider=TokenFromSecret(clients.secrets(), known.redis_secret_arn),
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=_CONNECT_SECONDS,
        socket_timeout=_READ_SECONDS,
    )
    return Cache(redis)
