"""A record together with what identifies its patient to doctors: file name and notes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.record import Record
from contracts.serialisation import parse, serialise
from lambdas.identity import StoredIdentity


@dataclass(frozen=True, kw_only=True)
class IdentifiedRecord:
    """`notes` are by the time of the review that each belongs to."""

    record: Record
    file_name: str
    notes: Mapping[str, str]

    def to_text(self) -> str:
        return json.dumps(serialise(self))

    @classmethod
    def from_text(cls, text: str) -> "IdentifiedRecord":
        """Raises ValueError for a text of another form."""
        return parse(cls, json.loads(text))


def identify(record: Record, identity: StoredIdentity) -> IdentifiedRecord:
    return IdentifiedRecord(record=record, file_name=identity.file_name, notes=identity.notes)
