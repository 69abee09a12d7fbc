"""Counts the radiographs of each list, and those that were added to one since a time.

Counts come from the lists in S3. Redis keeps them for a minute, or until one of our functions
changes the list, so that the tabs of a page cost one call of Redis.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from redis import Redis

from contracts import keys
from contracts.api import ListCounts
from contracts.limits import MAX_LIST_COUNT
from contracts.worklist_filters import INDEXED_FILTERS, Filter
from contracts.worklist_order import CreationTimes, Selection
from lambdas.cache import Cache
from lambdas.worklist_index import ListChanges, WorklistIndex

_COUNT_TTL_SECONDS = 60
# A page that has been open for longer tells of fewer additions.
_ADDITIONS_TTL_SECONDS = 24 * 3600
_FILTERS = sorted(INDEXED_FILTERS)


@dataclass(frozen=True, kw_only=True)
class ListCounter:
    index: WorklistIndex
    cache: Cache

    def read(
        self, site: str, selection: Selection, *, since: int | None = None
    ) -> ListCounts | None:
        """The counts of all lists within the times of the selection, and the additions to its own
        list; None while the lists of the site are not complete.
        """
        if not self.index.is_complete(site):
            return None
        field = _name_times(selection.created)
        key = keys.redis_list_additions(site, selection.worklist_filter)

        def read(redis: Redis) -> list[Any]:
            commands = redis.pipeline(transaction=False)
            for each in _FILTERS:
                commands.hget(keys.redis_list_counts(site, each), field)
            commands.time()
            # Scores are whole milliseconds.
            commands.zrangebyscore(key, "+inf" if since is None else since + 1, "+inf")
            return list(commands.execute())

        *counts, time, additions = self.cache.call(read) or [*[None] * len(_FILTERS), None, []]
        cached = {
            each: int(count)
            for each, count in zip(_FILTERS, counts, strict=True)
            if count and count.isdigit()
        }
        new = self._count_others(site, selection.created, cached)
        return ListCounts(
            counts={each.value: count for each, count in {**new, **cached}.items()},
            counted_at=_to_milliseconds(time) if time else None,
            added=sum(selection.contains(entry.decode()) for entry in additions),
        )

    def note_changes(self, site: str, changes: ListChanges) -> None:
        """Makes the counts of these lists be read again, and remembers the additions."""

        def note(redis: Redis) -> None:
            now = _to_milliseconds(redis.time())
            commands = redis.pipeline(transaction=False)
            for worklist_filter in {each for each, _ in changes.added | changes.removed}:
                commands.delete(keys.redis_list_counts(site, worklist_filter))
            for worklist_filter, entry in changes.removed:
                commands.zrem(keys.redis_list_additions(site, worklist_filter), entry)
            for worklist_filter, entry in changes.added:
                key = keys.redis_list_additions(site, worklist_filter)
                commands.zadd(key, {entry: now}, nx=True)
                commands.zremrangebyrank(key, 0, -MAX_LIST_COUNT - 1)
                commands.expire(key, _ADDITIONS_TTL_SECONDS)
            commands.execute()

        if changes.added or changes.removed:
            self.cache.call(note)

    def _count_others(
        self, site: str, created: CreationTimes, cached: Mapping[Filter, int]
    ) -> Mapping[Filter, int]:
        """Counts the lists that Redis has no count of."""
        filters = [each for each in _FILTERS if each not in cached]
        if not filters:
            return {}

        def count(worklist_filter: Filter) -> int:
            selection = Selection(worklist_filter=worklist_filter, created=created)
            return self.index.count(site, selection, limit=MAX_LIST_COUNT)

        with ThreadPoolExecutor(len(filters)) as threads:
            counts = dict(zip(filters, threads.map(count, filters), strict=True))

        def put(redis: Redis) -> None:
            commands = redis.pipeline(transaction=False)
            for worklist_filter, number in counts.items():
                key = keys.redis_list_counts(site, worklist_filter)
                commands.hset(key, _name_times(created), number)
                commands.expire(key, _COUNT_TTL_SECONDS)
            commands.execute()

        self.cache.call(put)
        return counts


def _name_times(created: CreationTimes) -> str:
    return f"{created.start}/{created.end}"


def _to_milliseconds(time: tuple[int, int]) -> int:
    """From Redis's seconds and microseconds."""
    return time[0] * 1000 + time[1] // 1000
