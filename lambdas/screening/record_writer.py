"""Adds facts to records, and keeps Redis up to date with them."""

from dataclasses import dataclass

from contracts.record import Record
from lambdas.cache import Cache
from lambdas.identified_record import identify
from lambdas.identity import IdentityStore, StoredIdentity
from lambdas.records import FactBuilder, RecordStore


@dataclass(frozen=True, kw_only=True)
class RecordWriter:
    records: RecordStore
    identities: IdentityStore
    cache: Cache

    def append(
        self, record: Record, identity: StoredIdentity, build_fact: FactBuilder
    ) -> tuple[Record, StoredIdentity]:
        """The record after the fact, in Redis as well, with its identity. Where another writer was
        first, the identity is read again: it may have a new note, or be removed.
        """
        result = self.records.append(record, build_fact)
        if result.conflict:
            identity = self.identities.read(record.radiograph_id)
        self.update_cache(result.record, identity)
        return result.record, identity

    def update_cache(self, record: Record, identity: StoredIdentity) -> None:
        self.cache.put_record(identify(record, identity))
