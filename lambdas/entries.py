"""A record with what may name the patient, from Redis where it is fresh, else from the facts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from contracts.record import FINAL_STATES, Record
from lambdas.cache import Cache, Entry
from lambdas.records import Store

# Reads of a worklist page without Redis run side by side: each is some 20 ms of waiting for S3.
_READERS = 8


def entry_of(store: Store, record: Record) -> Entry:
    identity = store.identity(record.radiograph_id)
    notes = identity.get("notes")
    return Entry(
        record=record,
        file_name=str(identity.get("file_name", "")),
        notes=notes if isinstance(notes, dict) else {},
    )


def read_entry(store: Store, cache: Cache, radiograph: str) -> Entry | None:
    """The entry as of its last fact: what Redis holds is believed only if no fact follows it."""
    return _confirmed(store, cache, radiograph, cache.entry(radiograph))


def read_entries(store: Store, cache: Cache, radiographs: Sequence[str]) -> list[Entry]:
    """The entries of a list, by Redis where it has their answers; those of no radiograph are left
    out. One without an answer in Redis may have one by the facts.
    """
    known = dict(zip(radiographs, cache.entries(radiographs), strict=True))
    doubtful = [name for name, entry in known.items() if not _is_answered(entry)]
    if doubtful:
        with ThreadPoolExecutor(_READERS) as readers:
            read = readers.map(lambda name: _confirmed(store, cache, name, known[name]), doubtful)
            known.update(zip(doubtful, read, strict=True))
    return [entry for entry in known.values() if entry is not None]


def _is_answered(entry: Entry | None) -> bool:
    return entry is not None and entry.record.state in FINAL_STATES


def _confirmed(store: Store, cache: Cache, radiograph: str, entry: Entry | None) -> Entry | None:
    if entry is not None and store.is_latest(entry.record):
        return entry
    return load_entry(store, cache, radiograph)


def load_entry(store: Store, cache: Cache, radiograph: str) -> Entry | None:
    """The entry by the facts alone, put back into Redis."""
    record = store.record(radiograph)
    if record is None:
        return None
    entry = entry_of(store, record)
    cache.put(entry)
    return entry
