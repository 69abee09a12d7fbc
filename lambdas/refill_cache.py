"""Refills Redis from the facts: after it was lost, or to be sure."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from contracts import keys
from contracts.metrics import Metric
from lambdas import settings
from lambdas.cache import connect
from lambdas.entries import load_entry
from lambdas.observability import count, logger, tracer
from lambdas.records import Store
from lambdas.records import connect as connect_store
from lambdas.settings import Settings

# What a worklist may look at is refilled, and no more than fits into the function's 15 minutes.
_NEWEST_PER_SITE = 10_000
_CHUNK = 1000
_READERS = 16


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Answers with the number of records refilled, by site."""
    refilled = refill(settings.from_environment())
    logger.info("Redis is refilled", extra={"records": refilled})
    count(Metric.REBUILT)
    return refilled


def refill(known: Settings) -> dict[str, int]:
    """Puts each site's newest records into Redis, unless what is there is newer."""
    store = connect_store(known)
    cache = connect(known)
    refilled: dict[str, int] = {}
    for site in store.sites():
        names = _newest(store, site)
        with ThreadPoolExecutor(_READERS) as readers:
            entries = readers.map(lambda name: load_entry(store, cache, name), names)
            refilled[site] = sum(entry is not None for entry in entries)
    return refilled


def _newest(store: Store, site: str) -> list[str]:
    found: list[str] = []
    while chunk := store.newest(site, after=found[-1] if found else None, limit=_CHUNK):
        found += chunk
        if len(found) >= _NEWEST_PER_SITE:
            break
    return [keys.parse_index_key(key)[0] for key in found]
