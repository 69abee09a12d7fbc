"""Refills Redis from the facts: each night, and after Redis was lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts import keys
from contracts.metrics import Metric
from contracts.record import State
from lambdas import clients
from lambdas.cache import connect_cache
from lambdas.identified_record import IdentifiedRecord
from lambdas.identity import IdentityStore
from lambdas.observability import emit_count, logger, tracer
from lambdas.record_reader import RecordReader
from lambdas.records import RecordStore
from lambdas.settings import Settings, read_settings
from lambdas.worklist_index import WorklistIndex

# More than a worklist looks back, and no more than fits into the function's 15 minutes.
_NEWEST_PER_SITE = 10_000
_CHUNK = 1000
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
    """Puts each site's newest records into Redis, except where Redis holds a later one.

    Goes on past a record that cannot be read.
    """
    index = WorklistIndex(clients.s3(), settings.facts_bucket)
    reader = RecordReader(
        records=RecordStore(clients.s3(), settings.facts_bucket),
        identities=IdentityStore(clients.s3(), settings.images_bucket),
        cache=connect_cache(settings),
    )
    counts: dict[str, int] = {}
    for site in index.list_sites():
        with ThreadPoolExecutor(_THREADS) as threads:
            records = threads.map(reader.reload, _list_newest(index, site))
            counts[site] = sum(_is_readable(record) for record in records)
    return counts


def _is_readable(identified_record: IdentifiedRecord | None) -> bool:
    return identified_record is not None and identified_record.record.state is not State.UNREADABLE


def _list_newest(index: WorklistIndex, site: str) -> list[str]:
    """The ids of the site's newest radiographs."""
    newest: list[str] = []
    while chunk := index.list_newest(site, after=newest[-1] if newest else None, limit=_CHUNK):
        newest += chunk
        if len(newest) >= _NEWEST_PER_SITE:
            break
    return [keys.parse_index_key(key)[0] for key in newest]
