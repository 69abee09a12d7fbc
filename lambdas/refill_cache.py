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
from lambdas.identity import IdentityStore
from lambdas.list_rebuild import ListRebuild, list_entries
from lambdas.observability import emit_count, logger, tracer
from lambdas.record_reader import RecordReader
from lambdas.records import RecordStore
from lambdas.search_entries import SearchEntries
from lambdas.search_index import connect_search_index
from lambdas.settings import Settings, read_settings
from lambdas.worklist_index import WorklistIndex

# More than a worklist looks back, and no more than fits into the function's 15 minutes.
_RADIOGRAPHS_PER_SITE = 10_000
_THREADS = 16


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Returns the number of refilled records of each site."""
    counts = refill_cache(read_settings())
    logger.info("Redis is refilled", extra={"records": counts})
    emit_count(Metric.REBUILT)
    return counts


def refill_cache(settings: Settings) -> dict[str, int]:
    """Puts each site's newest records into Redis, except where Redis holds a later one, beside the
    identity, into the lists and into the search.

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
            cache=connect_cache(settings),
        ),
        search=SearchEntries(index=connect_search_index(settings), identities=identities),
    )
    return {site: refill.refill_site(site) for site in index.list_sites()}


@dataclass(frozen=True, kw_only=True)
class _Refill:
    index: WorklistIndex
    reader: RecordReader
    search: SearchEntries

    def refill_site(self, site: str) -> int:
        """The number of newest records that could be read."""
        newest = self._list_some(site, after="")
        count = self._refill(site, newest)
        indexes = self.index, self.search.index
        progress = {index: index.read_progress(site) for index in indexes}
        incomplete = {index: after or "" for index, after in progress.items() if after != ""}
        if incomplete:
            older = self._list_some(site, after=max(min(incomplete.values()), newest[-1]))
            self._refill(site, older)
            for index in incomplete:
                index.write_progress(site, older[-1] if len(older) == _RADIOGRAPHS_PER_SITE else "")
        return count

    def _list_some(self, site: str, *, after: str) -> list[str]:
        return list(islice(list_entries(self.index, site, after=after), _RADIOGRAPHS_PER_SITE))

    def _refill(self, site: str, entries: Sequence[str]) -> int:
        if not entries:
            return 0
        rebuild = ListRebuild.begin(self.index, site, first=entries[0], last=entries[-1])

        def refill(entry: str) -> bool:
            radiograph_id = keys.parse_index_entry(entry)[0]
            identified_record = self.reader.refill(radiograph_id, self.search)
            if identified_record is None:
                return False
            rebuild.correct(entry, identified_record)
            return identified_record.record.state is not State.UNREADABLE

        with ThreadPoolExecutor(_THREADS) as threads:
            return sum(threads.map(refill, entries))
