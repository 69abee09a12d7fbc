"""Reads records with their identity: from Redis where it is up to date, else from the facts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from contracts.record import FINAL_STATES, Record
from lambdas.cache import Cache
from lambdas.identified_record import IdentifiedRecord, identify
from lambdas.identity import IdentityError, IdentityStore, StoredIdentity
from lambdas.records import RecordStore
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

        Redis is trusted for a record that is final there. Any other may have an answer by now, so
        it is checked against the facts.
        """
        records = dict(zip(radiograph_ids, self.cache.read_records(radiograph_ids), strict=True))
        unfinished_ids = [
            radiograph_id for radiograph_id, record in records.items() if not _is_final(record)
        ]
        if unfinished_ids:
            with ThreadPoolExecutor(_THREADS) as threads:
                current = threads.map(lambda key: self._confirm(key, records[key]), unfinished_ids)
                records.update(zip(unfinished_ids, current, strict=True))
        return [record for record in records.values() if record is not None]

    def reload(self, radiograph_id: str) -> IdentifiedRecord | None:
        """The record from the facts alone, which is put back into Redis.

        One that cannot be read is in the state `unreadable`. It leaves Redis, so that a release
        that can read it does.
        """
        try:
            record = self.records.read(radiograph_id)
            if record is None:
                return None
            identified_record = identify(record, self._read_identity(record))
        except UnreadableError as error:
            self.cache.delete_record(radiograph_id)
            return self._identify_unreadable(error.record)
        self.cache.put_record(identified_record)
        return identified_record

    def _read_identity(self, record: Record) -> StoredIdentity:
        try:
            return self.identities.read(record.radiograph_id)
        except IdentityError as error:
            raise report_unreadable(record, error) from error

    def _identify_unreadable(self, record: Record) -> IdentifiedRecord:
        """With its file name where that can be read, by which doctors look for it."""
        try:
            identity = self.identities.read(record.radiograph_id)
        except IdentityError:
            identity = StoredIdentity()
        return identify(record, identity)

    def _confirm(
        self, radiograph_id: str, cached: IdentifiedRecord | None
    ) -> IdentifiedRecord | None:
        if cached is not None and self.records.is_latest(cached.record):
            return cached
        return self.reload(radiograph_id)


def _is_final(identified_record: IdentifiedRecord | None) -> bool:
    return identified_record is not None and identified_record.record.state in FINAL_STATES
