"""Facts: what happened to one radiograph, in order, written once and never changed.

They are the audit trail, so they hold no patient identifier and no free text. `by` is the subject
of the doctor's token; only the user pool can resolve it to a person.

Facts are read for years and by the release before. A later release may add a field with a default,
a value to an enumeration, or a kind; it never removes, renames or retypes one
(`tests/contracts/test_releases.py`).

    Fact
    ├── Created   the upload was announced
    ├── Received  the bytes are fixed: object version, size, sha256
    ├── Screened  the answer
    ├── Rejected  the file cannot be read; the sender can correct it
    ├── Failed    the system failed; a redrive may still screen the radiograph
    ├── Reviewed  what a doctor finds; it replaces the same doctor's review before
    ├── ReviewWithdrawn  a doctor takes a review back; the one before stands again
    ├── AnswerShown  a doctor asked for the answer of a film of the blind sample before a review
    ├── OutcomeRecorded  what became known later, from elsewhere than the radiograph
    ├── AgeCorrected  a doctor states another age, with the answer that follows from it
    ├── Deleted   images and identity are removed
    └── UnknownFact  of a kind that a later release has added
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.answers import Answer
from contracts.deletion import DeletionReason
from contracts.findings import Finding, OutcomeSource, Verdict
from contracts.image import ImageDescription
from contracts.rejections import Rejection


@dataclass(frozen=True, kw_only=True)
class Fact:
    """`sequence` counts from 1 without a gap; `at` is UTC, ISO 8601 with milliseconds and Z."""

    kind: ClassVar[str]
    radiograph_id: str
    sequence: int
    at: str

    def __post_init__(self) -> None:
        if datetime.fromisoformat(self.at).tzinfo is None:
            raise ValueError("at has no time zone")


@dataclass(frozen=True, kw_only=True)
class Created(Fact):
    """`trace_id` is that of the request (`contracts.trace`); empty in facts of 0.1.0."""

    kind: ClassVar[str] = "created"
    site: str
    by: str
    declared_bytes: int
    age_years: int | None
    trace_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Received(Fact):
    kind: ClassVar[str] = "received"
    object_version: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Screened(Fact):
    """`seconds` runs from the arrival of the bytes to the answer. In JSON the fields of `image`
    lie flat (`contracts.image`). `settings_version` is the number of the site's settings that the
    answer follows; None in facts of 0.1.0, and for a site without settings. `input_mean`,
    `input_spread` and `input_sharpness` are of the model's input (`screening.input_statistics`),
    None in facts without; `manufacturer` and `scanner_model` are None where the file does not say.
    `is_blind_sample`: doctors are to review it before they see the answer
    (`contracts.blind_readings`).
    """

    kind: ClassVar[str] = "screened"
    answer: Answer
    image: ImageDescription
    age_years: int | None
    seconds: float
    settings_version: int | None = None
    input_mean: float | None = None
    input_spread: float | None = None
    input_sharpness: float | None = None
    manufacturer: str | None = None
    scanner_model: str | None = None
    is_blind_sample: bool = False


@dataclass(frozen=True, kw_only=True)
class Rejected(Fact):
    """`detail` is a name from the file's own format (a transfer syntax, a modality), or empty."""

    kind: ClassVar[str] = "rejected"
    reason: Rejection
    detail: str


@dataclass(frozen=True, kw_only=True)
class Failed(Fact):
    """Written when the last attempt begins, so that it exists even if the function dies. A later
    fact says whether the attempt succeeded; the log has the error.
    """

    kind: ClassVar[str] = "failed"


@dataclass(frozen=True, kw_only=True)
class Reviewed(Fact):
    """`review_id` names one request (`contracts.keys.review_id`), so that the same one twice is one
    review. `verdict` compares the finding with the answer that the doctor saw. In facts of 0.1.0
    `review_id` is empty, and the doctor stated the verdict and no finding. `settles` names the
    reviews that differed and that this one settles (`contracts.differences`), by their `note_key`.
    `is_blind`: the doctor had not been shown the answer.
    """

    kind: ClassVar[str] = "reviewed"
    by: str
    verdict: Verdict
    review_id: str = ""
    finding: Finding | None = None
    settles: tuple[str, ...] = ()
    is_blind: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewWithdrawn(Fact):
    """`review_id` names the review: in a fact of 0.1.0, which has no id, by the time of it."""

    kind: ClassVar[str] = "review_withdrawn"
    by: str
    review_id: str


@dataclass(frozen=True, kw_only=True)
class AnswerShown(Fact):
    kind: ClassVar[str] = "answer_shown"
    by: str


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(Fact):
    """`observed_on` is a day, ISO 8601. A later outcome of the same source replaces this one."""

    kind: ClassVar[str] = "outcome_recorded"
    by: str
    finding: Finding
    source: OutcomeSource
    observed_on: str


@dataclass(frozen=True, kw_only=True)
class AgeCorrected(Fact):
    """`answer` follows from the age, by the prediction of the answer before and the settings of the
    site with the number `settings_version`. `age_years` is None where the age is unknown after all.
    """

    kind: ClassVar[str] = "age_corrected"
    by: str
    age_years: int | None
    answer: Answer
    settings_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Deleted(Fact):
    """`reason` is None where an operator deleted it by a command, and in facts of 0.1.0."""

    kind: ClassVar[str] = "deleted"
    by: str
    reason: DeletionReason | None = None


@dataclass(frozen=True, kw_only=True)
class UnknownFact(Fact):
    """Counts in the sequence and changes nothing else. This release never writes one."""

    kind: ClassVar[str] = "unknown"


FACT_TYPES: Mapping[str, type[Fact]] = {
    fact.kind: fact
    for fact in (
        Created,
        Received,
        Screened,
        Rejected,
        Failed,
        Reviewed,
        ReviewWithdrawn,
        AnswerShown,
        OutcomeRecorded,
        AgeCorrected,
        Deleted,
    )
}
