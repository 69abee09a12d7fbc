"""A record together with what identifies its patient to doctors: file name, name and numbers, and
notes. It also has the doctors' names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.later_values import is_unknown
from contracts.patient import Patient
from contracts.printable import replace_unprintable
from contracts.record import Record, State
from contracts.serialisation import parse, serialise
from lambdas.identity import StoredIdentity


@dataclass(frozen=True, kw_only=True)
class IdentifiedRecord:
    """`notes` maps the `note_key` of a review to its note, `reviewers` a doctor's subject to the
    name. `patient` is None where the file holds nothing of it. Entries of earlier releases in Redis
    have neither.
    """

    record: Record
    file_name: str
    notes: Mapping[str, str]
    patient: Patient | None = None
    reviewers: Mapping[str, str] = field(default_factory=dict)

    def to_text(self) -> str:
        return json.dumps(serialise(self))

    @classmethod
    def from_text(cls, text: str) -> "IdentifiedRecord":
        """Raises ValueError for a text of another form."""
        identified_record = parse(cls, replace_unprintable(json.loads(text)), accept_later=True)
        if is_unknown(identified_record.record.state):
            raise ValueError("a state of a later release")
        return identified_record


def identify(record: Record, identity: StoredIdentity) -> IdentifiedRecord:
    """A deleted record has no identity, even where it was read before its removal."""
    if record.state is State.DELETED:
        return IdentifiedRecord(record=record, file_name="", notes={})
    return IdentifiedRecord(
        record=record,
        file_name=identity.file_name,
        notes=identity.notes,
        patient=identity.patient,
        reviewers=identity.reviewers,
    )
