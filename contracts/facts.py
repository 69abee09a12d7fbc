"""Facts: what happened to one radiograph, in order, written once and never changed.

They are the audit trail, so they hold no patient identifier and no free text. `by` is the subject
of the doctor's token, which names a person only to the user pool.

    Fact
    ├── Created   the upload was announced
    ├── Received  the bytes are fixed: object version, size, sha256
    ├── Screened  the answer
    ├── Rejected  the sender's to mend
    ├── Failed    ours to mend; a redrive may still screen it
    ├── Reviewed  a doctor agrees or disagrees
    └── Deleted   pictures and identity are gone
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from contracts.answers import Answer
from contracts.rejections import Rejection


class Verdict(StrEnum):
    """What a doctor says of an answer."""

    AGREE = "agree"
    DISAGREE = "disagree"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`sequence` counts from 1 without a gap; `at` is UTC, ISO 8601 with milliseconds and Z."""

    kind: ClassVar[str]
    radiograph_id: str
    sequence: int
    at: str

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **asdict(self)}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        return cls(**{name: value for name, value in fields.items() if name != "kind"})


@dataclass(frozen=True, kw_only=True)
class Created(Fact):
    kind: ClassVar[str] = "created"
    site: str
    by: str
    declared_bytes: int
    age_years: int | None


@dataclass(frozen=True, kw_only=True)
class Received(Fact):
    kind: ClassVar[str] = "received"
    object_version: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Screened(Fact):
    """`seconds` runs from the arrival of the bytes to the answer; rows and columns are pixels."""

    kind: ClassVar[str] = "screened"
    answer: Answer
    file_format: str
    rows: int
    columns: int
    view: str | None
    laterality: str | None
    burned_in_annotation: bool | None
    age_years: int | None
    seconds: float

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        return super().from_json({**fields, "answer": Answer.from_json(fields["answer"])})


@dataclass(frozen=True, kw_only=True)
class Rejected(Fact):
    """`detail` is a name from the file's own format (a transfer syntax, a modality), or empty."""

    kind: ClassVar[str] = "rejected"
    reason: Rejection
    detail: str

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        return super().from_json({**fields, "reason": Rejection(fields["reason"])})


@dataclass(frozen=True, kw_only=True)
class Failed(Fact):
    """The last try began; what follows says whether it went well. The log has the error."""

    kind: ClassVar[str] = "failed"


@dataclass(frozen=True, kw_only=True)
class Reviewed(Fact):
    kind: ClassVar[str] = "reviewed"
    by: str
    verdict: Verdict

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        return super().from_json({**fields, "verdict": Verdict(fields["verdict"])})


@dataclass(frozen=True, kw_only=True)
class Deleted(Fact):
    kind: ClassVar[str] = "deleted"
    by: str


_KINDS: dict[str, type[Fact]] = {
    kind.kind: kind for kind in (Created, Received, Screened, Rejected, Failed, Reviewed, Deleted)
}


def parse_fact(fields: Mapping[str, Any]) -> Fact:
    """The fact that `fields` describes; KeyError or TypeError where they describe none."""
    return _KINDS[fields["kind"]].from_json(fields)
