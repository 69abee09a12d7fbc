"""Corrects the lists of a site (`lambdas.worklist_index`) by its radiographs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from contracts.worklist_filters import INDEXED_FILTERS, Filter
from contracts.worklist_order import CreationTimes, Selection, read_creation, remove_due
from lambdas.identified_record import IdentifiedRecord
from lambdas.worklist_index import ListEntries, WorklistIndex, find_entries


@dataclass(frozen=True, kw_only=True)
class ListRebuild:
    """Begins before the records are read: an entry that was there before, and that the record
    does not account for, is one too many. One that is written meanwhile stays. `entries` are those
    of all lists, by the entry of the radiograph in the index of the site.
    """

    index: WorklistIndex
    site: str
    entries: Mapping[str, ListEntries]

    @classmethod
    def begin(cls, index: WorklistIndex, site: str, *, first: str, last: str) -> "ListRebuild":
        """For the radiographs whose entries are between `first` and `last`."""
        newest, oldest = read_creation(first), read_creation(last)
        created = CreationTimes(start=oldest, end=newest + timedelta(milliseconds=1))
        entries: dict[str, ListEntries] = defaultdict(frozenset)
        for each in INDEXED_FILTERS:
            selection = Selection(worklist_filter=each, created=created)
            names = list_entries(index, site, each, after=selection.start)
            for name in takewhile(lambda name: not selection.is_past(name), names):  # noqa: B023
                if first <= (entry := remove_due(name)) <= last:
                    entries[entry] |= {(each, name)}
        return cls(index=index, site=site, entries=entries)

    def correct(self, entry: str, identified_record: IdentifiedRecord) -> None:
        """Adds and removes entries of one radiograph."""
        current = find_entries(identified_record.record)
        earlier = self.entries.get(entry, frozenset())
        for worklist_filter, name in current - earlier:
            self.index.add_entry(self.site, worklist_filter, name)
        for worklist_filter, name in earlier - current:
            self.index.remove_entry(self.site, worklist_filter, name)


def list_entries(
    index: WorklistIndex, site: str, worklist_filter: Filter = Filter.ALL, *, after: str = ""
) -> Iterable[str]:
    """The entries of a list that follow `after`, in its order."""
    is_last = False
    while not is_last:
        page = index.list_page(site, worklist_filter, after=after)
        yield from page.entries
        is_last, after = page.is_last or not page.entries, (page.entries or [""])[-1]
