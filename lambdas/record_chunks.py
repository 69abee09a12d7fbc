"""Reads the records of many entries of an index, some at a time."""

from collections.abc import Iterator, Sequence

from contracts import keys
from contracts.record import Record
from lambdas.record_reader import RecordReader

_CHUNK = 100


def read_records(reader: RecordReader, entries: Sequence[str]) -> Iterator[Record]:
    """The records of the entries, in their order, without those that do not exist."""
    radiograph_ids = [keys.parse_index_entry(entry)[0] for entry in entries]
    for start in range(0, len(radiograph_ids), _CHUNK):
        for each in reader.read_many(radiograph_ids[start : start + _CHUNK]):
            yield each.record
