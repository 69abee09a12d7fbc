"""Adds facts to records, and keeps what is derived from them up to date."""

from dataclasses import dataclass

from contracts.record import FINAL_STATES, Record
from lambdas.cache import Cache
from lambdas.identified_record import identify
from lambdas.identity import IdentityStore, StoredIdentity
from lambdas.list_counter import ListCounter
from lambdas.records import FactBuilder, RecordStore
from lambdas.search_entries import SearchEntries
from lambdas.worklist_index import WorklistIndex


@dataclass(frozen=True, kw_only=True)
class RecordWriter:
    records: RecordStore
    identities: IdentityStore
    cache: Cache
    index: WorklistIndex
    search: SearchEntries

    def append(
        self, record: Record, identity: StoredIdentity, build_fact: FactBuilder
    ) -> tuple[Record, StoredIdentity]:
        """The record after the fact, with its identity. Where another writer was
        first, the identity is read again: it may have a new note, or be removed.
        """
        result = self.records.append(record, build_fact)
        if result.conflict:
            identity = self.identities.read(record.radiograph_id)
        self.update_copies(result.record, identity)
        return result.record, identity

    def update_copies(self, record: Record, identity: StoredIdentity) -> None:
        """Puts the record into Redis, and once it is final into lists and beside the identity, and
        makes its words searchable. The same record twice is without effect, so that a message
        which failed here may come again.
        """
        self.cache.put_record(identify(record, identity))
        if record.state in FINAL_STATES:
            changes = self.index.update_lists(record)
            ListCounter(index=self.index, cache=self.cache).note_changes(record.site, changes)
            identity = self.search.update(record, identity)
            self.identities.put_record(record, identity=identity)
