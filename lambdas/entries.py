"""A record with what may name the patient, from Redis where it is fresh, else from the facts."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from contracts.record import Record
from lambdas.cache import Cache, Entry
from lambdas.store import Store

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
    entry = cache.entry(radiograph)
    if entry is not None and store.is_latest(entry.record):
        return entry
    return load_entry(store, cache, radiograph)


def read_entries(store: Store, cache: Cache, radiographs: Sequence[str]) -> list[Entry]:
    """The entries of a list, by Redis where it has them; those of no radiograph are left out."""
    known = cache.entries(radiographs)
    missing = [name for name, entry in zip(radiographs, known, strict=True) if entry is None]
    if missing:
        with ThreadPoolExecutor(_READERS) as readers:
            loaded = dict(
                zip(
                    missing,
                    readers.map(lambda name: load_entry(store, cache, name), missing),
                    strict=True,
                )
            )
        known = [entry or loaded[name] for name, entry in zip(radiographs, known, strict=True)]
    return [entry for entry in known if entry is not None]


def load_entry(store: Store, cache: Cache, radiograph: str) -> Entry | None:
    """The entry by the facts alone, put back into Redis."""
    record = store.record(radiograph)
    if record is None:
        return None
    entry = entry_of(store, record)
    cache.put(entry)
    return entry
