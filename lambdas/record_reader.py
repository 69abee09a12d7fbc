"""Reads records with their identity: from Redis where it is up to date, else from the facts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeGuard

from contracts.record import FINAL_STATES, Record, State
from lambdas.cache import Cache
from lambdas.identified_record import IdentifiedRecord, identify
from lambdas.identity import IdentityError, IdentityStore, StoredIdentity
from lambdas.records import RecordStore
from lambdas.search_entries import SearchEntries
from lambdas.unreadable import UnreadableError, report_unreadable

# Without Redis, a worklist page reads this many records from S3 at once, 20 ms for each call.
_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class RecordReader:
    records: RecordStore
    identities: IdentityStore
    cache: Cache

    def read(self, radiograph_id: str) -> IdentifiedRecord | None:
        """The record as of its last fact: one from Redis is used only if no fact follows it.

        One that cannot be read is in the state `unreadable`, of an empty site where not even its
        first fact can be read.
        """
        return self._confirm(radiograph_id, self.cache.read_record(radiograph_id))

    def read_many(self, radiograph_ids: Sequence[str]) -> list[IdentifiedRecord]:
        """The records of a list, without those that do not exist.

        Redis is trusted for a record that is final there, and where it has none the copy beside the
        identity: one call to S3 for each. Any other may have an answer by now, so it is checked
        against the facts.
        """
        records = dict(zip(radiograph_ids, self.cache.read_records(radiograph_ids), strict=True))
        unfinished_ids = [
            radiograph_id for radiograph_id, record in records.items() if not is_final(record)
        ]
        if unfinished_ids:
            with ThreadPoolExecutor(_THREADS) as threads:
                current = threads.map(lambda key: self._read_row(key, records[key]), unfinished_ids)
                records.update(zip(unfinished_ids, current, strict=True))
        return [record for record in records.values() if record is not None]

    def refill(self, radiograph_id: str, search: SearchEntries) -> IdentifiedRecord | None:
        """The record from S3, which is put into Redis and, if it is final, beside the identity. Its
        words are searchable after it.
        """
        identified_record, identity = self._load(radiograph_id)
        if identified_record and identified_record.record.state is not State.UNREADABLE:
            identity = search.update(identified_record.record, identity)
        if is_final(identified_record):
            self.identities.put_record(identified_record.record, identity=identity)
        return identified_record

    def reload(self, radiograph_id: str) -> IdentifiedRecord | None:
        """The record from S3, which is put back into Redis: the copy beside the identity if no fact
        follows it, else from the facts.

        One that cannot be read is in the state `unreadable`. It leaves Redis, and the copy goes
        too, so that lists show its state, and a release that can read it does. It has its file
        name where that can be read, by which doctors look for it.
        """
        return self._load(radiograph_id)[0]

    def _read_row(
        self, radiograph_id: str, cached: IdentifiedRecord | None
    ) -> IdentifiedRecord | None:
        if cached is None:
            return self._load(radiograph_id, trusts_copy=True)[0]
        return self._confirm(radiograph_id, cached)

    def _load(
        self, radiograph_id: str, *, trusts_copy: bool = False
    ) -> tuple[IdentifiedRecord | None, StoredIdentity]:
        identity, identity_error = self._read_identity(radiograph_id)
        try:
            record = self._read_record(radiograph_id, identity.record, trusts_copy=trusts_copy)
            if record is None:
                return None, identity
            if identity_error is not None:
                raise report_unreadable(record, identity_error) from identity_error
        except UnreadableError as error:
            self.cache.delete_record(radiograph_id)
            self.identities.delete_record(radiograph_id, identity=identity)
            return identify(error.record, identity), identity
        identified_record = identify(record, identity)
        self.cache.put_record(identified_record)
        return identified_record, identity

    def _read_identity(self, radiograph_id: str) -> tuple[StoredIdentity, IdentityError | None]:
        try:
            return self.identities.read(radiograph_id), None
        except IdentityError as error:
            return StoredIdentity(), error

    def _read_record(
        self, radiograph_id: str, copy: Record | None, *, trusts_copy: bool
    ) -> Record | None:
        if copy is not None and (trusts_copy or self.records.is_latest(copy)):
            return copy
        return self.records.read(radiograph_id)

    def _confirm(
        self, radiograph_id: str, cached: IdentifiedRecord | None
    ) -> IdentifiedRecord | None:
        if cached is not None and self.records.is_latest(cached.record):
            return cached
        return self.reload(radiograph_id)


def is_final(identified_record: IdentifiedRecord | None) -> TypeGuard[IdentifiedRecord]:
    """Whether there is a record, in a state in which a list need not ask for news."""
    return identified_record is not None and identified_record.record.state in FINAL_STATES
