"""Refills Redis, the lists and the search from the facts: each night, and after Redis was lost."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts import keys
from contracts.metrics import Metric
from contracts.record import State
from lambdas import clients
from lambdas.cache import connect_cache
from lambdas.identified_record import IdentifiedRecord
from lambdas.identity import IdentityStore
from lambdas.list_rebuild import ListRebuild, list_entries
from lambdas.observability import emit_count, logger, tracer
from lambdas.record_reader import RecordReader, is_final
from lambdas.records import RecordStore
from lambdas.search_entries import SearchEntries
from lambdas.search_index import connect_search_index
from lambdas.settings import Settings, read_settings
from lambdas.worklist_index import WorklistIndex

# More than a worklist looks back.
_RADIOGRAPHS_PER_SITE = 10_000
_THREADS = 16
# No doctor waits for it, and its threads may wait for a processor for longer than for Redis. An
# outage would cost five seconds of records.
_READ_SECONDS = 5.0
# Records that one pipeline to Redis reads.
_BATCH = 500
# A record that expires before the next night ends is refilled this night.
_MIN_SECONDS = 36 * 3600


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Returns the number of refilled records of each site.

    `{}` refills all records of all sites. The nightly calls have the name of one `site`, so that
    each has the function's whole time, and `missing_only`.
    """
    counts = refill_cache(
        read_settings(), site=event.get("site"), missing_only=event.get("missing_only") is True
    )
    logger.info("Redis is refilled", extra={"records": counts})
    emit_count(Metric.REBUILT)
    return counts


def refill_cache(
    settings: Settings, *, site: str | None = None, missing_only: bool = False
) -> dict[str, int]:
    """Puts each site's newest records into Redis, except where Redis holds a later one, beside the
    identity, into the lists and into the search.

    With `missing_only` a record that Redis will still hold the next night, and that no fact
    follows, only corrects the entries of the lists. As records expire after a week, each is put
    anew at least that often.

    Goes on past a record that cannot be read. Of a site with more radiographs it also corrects the
    entries of older ones, some each night, until lists and search are complete.
    """
    index = WorklistIndex(
        clients.s3(), facts_bucket=settings.facts_bucket, images_bucket=settings.images_bucket
    )
    identities = IdentityStore(clients.s3(), settings.images_bucket)
    refill = _Refill(
        index=index,
        reader=RecordReader(
            records=RecordStore(clients.s3(), settings.facts_bucket),
            identities=identities,
            cache=connect_cache(settings, read_seconds=_READ_SECONDS),
        ),
        search=SearchEntries(index=connect_search_index(settings), identities=identities),
        missing_only=missing_only,
    )
    sites = index.list_sites() if site is None else [site]
    return {each: refill.refill_site(each) for each in sites}


@dataclass(frozen=True, kw_only=True)
class _Refill:
    index: WorklistIndex
    reader: RecordReader
    search: SearchEntries
    missing_only: bool

    def refill_site(self, site: str) -> int:
        """The number of newest records that could be read."""
        newest = self._list_some(site, after="")
        if not newest:
            return 0
        indexes = self.index, self.search.index
        progress = {index: index.read_progress(site) for index in indexes}
        incomplete = {index: after or "" for index, after in progress.items() if after != ""}
        count = self._refill(site, newest, trusts_redis=self.missing_only and not incomplete)
        if incomplete:
            older = self._list_some(site, after=max(min(incomplete.values()), newest[-1]))
            self._refill(site, older, trusts_redis=False)
            for index in incomplete:
                index.write_progress(site, older[-1] if len(older) == _RADIOGRAPHS_PER_SITE else "")
        return count

    def _list_some(self, site: str, *, after: str) -> list[str]:
        return list(islice(list_entries(self.index, site, after=after), _RADIOGRAPHS_PER_SITE))

    def _refill(self, site: str, entries: Sequence[str], *, trusts_redis: bool) -> int:
        if not entries:
            return 0
        rebuild = ListRebuild.begin(self.index, site, first=entries[0], last=entries[-1])

        def refill(entry: str, cached: IdentifiedRecord | None) -> bool:
            identified_record = self._read(keys.parse_index_entry(entry)[0], cached)
            if identified_record is None:
                return False
            rebuild.correct(entry, identified_record)
            return identified_record.record.state is not State.UNREADABLE

        count = 0
        with ThreadPoolExecutor(_THREADS) as threads:
            for start in range(0, len(entries), _BATCH):
                batch = entries[start : start + _BATCH]
                cached = self._read_cached(batch) if trusts_redis else [None] * len(batch)
                count += sum(threads.map(refill, batch, cached))
        return count

    def _read(self, radiograph_id: str, cached: IdentifiedRecord | None) -> IdentifiedRecord | None:
        if is_final(cached) and self.reader.records.is_latest(cached.record):
            return cached
        return self.reader.refill(radiograph_id, self.search)

    def _read_cached(self, entries: Sequence[str]) -> list[IdentifiedRecord | None]:
        radiograph_ids = [keys.parse_index_entry(entry)[0] for entry in entries]
        return self.reader.cache.read_records(radiograph_ids, min_seconds=_MIN_SECONDS)
