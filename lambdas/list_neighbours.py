"""Finds the entries of a list beside one of them (`lambdas.worklist_index`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count as count_up

from contracts import keys
from contracts.worklist_order import Selection, start_before
from lambdas import clock
from lambdas.worklist_index import MAX_ENTRIES, WorklistIndex

# An hour of a busy site; a short listing is faster.
_FIRST_ENTRIES = 100
# How long before an entry a listing begins that looks for its neighbours.
_WINDOWS = (timedelta(hours=1), timedelta(days=1), timedelta(days=30))


@dataclass(frozen=True, kw_only=True)
class EntriesAround:
    """The entries before and after one entry of a list, each in the order of the list."""

    before: list[str]
    after: list[str]


def list_around(
    index: WorklistIndex, site: str, selection: Selection, entry: str, *, before: int, after: int
) -> EntriesAround:
    """Up to so many entries of the selection before and after `entry`, which itself need not
    be in the list.

    S3 lists in one direction only, so the listing begins some time before: one call where that
    time has enough entries, or reaches to the beginning.
    """
    entries = _list_beside(index, site, selection, entry, before=before, after=after)
    earlier = [each for each in entries if each < entry]
    following = [each for each in entries if each > entry]
    return EntriesAround(before=earlier[-before:], after=following[:after])


def _list_beside(
    index: WorklistIndex, site: str, selection: Selection, entry: str, *, before: int, after: int
) -> list[str]:
    """Entries of the selection without a gap: as many on both sides as there are, or more."""
    entries: list[str] = []
    for start, max_pages in _find_starts(selection, entry):
        entries, has_passed = _list_past(
            index, site, selection, entry, after=start, count=after, max_pages=max_pages
        )
        has_enough = start == selection.start or sum(each < entry for each in entries) >= before
        if has_passed and has_enough:
            break
    return entries


def _list_past(
    index: WorklistIndex,
    site: str,
    selection: Selection,
    entry: str,
    *,
    after: str,
    count: int,
    max_pages: int | None,
) -> tuple[list[str], bool]:
    """The entries of the selection from `after` on, until `count` follow `entry`, and whether
    these are there, or all.
    """
    entries: list[str] = []
    for number in count_up():
        limit = MAX_ENTRIES if number else _FIRST_ENTRIES
        page = index.list_page(site, selection.worklist_filter, after=after, limit=limit)
        entries += filter(selection.contains, page.entries)
        after = page.entries[-1] if page.entries else ""
        following = sum(each > entry for each in entries[-count - 1 :]) if count else 0
        is_enough = after >= entry and (following >= count or selection.is_past(after))
        if page.is_last or is_enough:
            return entries, True
        if number + 1 == max_pages:
            break
    return entries, False


def _find_starts(selection: Selection, entry: str) -> Iterator[tuple[str, int | None]]:
    """Where listings begin that look for the neighbours of an entry, and how many pages each may
    have. Doctors work at the top of "to review", so its first page comes first.
    """
    if selection.is_by_due:
        yield selection.start, 1
    newest = "" if selection.is_by_due else keys.index_entry(clock.now().isoformat(), "")
    for window in _WINDOWS:
        start = start_before(entry, window)
        if start <= max(selection.start, newest):
            break
        yield start, None
    yield selection.start, None
