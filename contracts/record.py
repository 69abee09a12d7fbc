"""The record of one radiograph: its state after all facts so far."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.answers import Answer
from contracts.facts import (
    Created,
    Deleted,
    Fact,
    Failed,
    Received,
    Rejected,
    Reviewed,
    Screened,
    UnknownFact,
    Verdict,
)
from contracts.image import ImageDescription
from contracts.rejections import Rejection

# The upload form is valid for 5 minutes; an upload that started in time may take as long again on a
# slow line, and S3 may deliver its event some minutes late.
UPLOAD_TIMEOUT = timedelta(minutes=15)


class State(StrEnum):
    AWAITING_UPLOAD = "awaiting_upload"
    RECEIVED = "received"
    SCREENED = "screened"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
    DELETED = "deleted"
    # No facts lead to this state: a fact is there that this release cannot read.
    UNREADABLE = "unreadable"


FINAL_STATES = frozenset({State.SCREENED, State.REJECTED, State.DELETED})


class FactOrderError(ValueError):
    """The fact cannot follow the ones before it."""


@dataclass(frozen=True, kw_only=True)
class Review:
    at: str
    by: str
    verdict: Verdict
    review_id: str = ""

    @property
    def note_key(self) -> str:
        """The key of the review's note in the identity: in 0.1.0 the time of the review."""
        return self.review_id or self.at


@dataclass(frozen=True, kw_only=True)
class Record:
    """A radiograph after its fact number `sequence`.

    `age_years` is the age that the doctor typed, and after screening the file's own where it
    states one. In JSON the fields of `image` lie flat (`contracts.image`).
    """

    radiograph_id: str
    sequence: int
    state: State
    site: str
    created_at: str
    created_by: str
    declared_bytes: int
    age_years: int | None
    received_at: str | None = None
    object_version: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    answered_at: str | None = None
    answer: Answer | None = None
    seconds: float | None = None
    image: ImageDescription | None = None
    rejection: Rejection | None = None
    rejection_detail: str = ""
    reviews: tuple[Review, ...] = ()

    def state_at(self, now: datetime) -> State:
        """The state at the time `now`: an upload that never arrived has expired."""
        created = datetime.fromisoformat(self.created_at)
        if self.state is State.AWAITING_UPLOAD and now - created > UPLOAD_TIMEOUT:
            return State.EXPIRED
        return self.state


def fold(facts: Iterable[Fact]) -> Record | None:
    """The record after `facts`, which are in order; None for no facts.

    Raises FactOrderError where a number is missing or a fact cannot follow the one before it.
    """
    record: Record | None = None
    for fact in facts:
        record = apply_fact(record, fact)
    return record


def apply_fact(record: Record | None, fact: Fact) -> Record:
    """The record after one more fact. Raises FactOrderError where it cannot follow."""
    if record is None:
        if not isinstance(fact, Created) or fact.sequence != 1:
            raise FactOrderError(f"the first fact is {fact.kind} {fact.sequence}, not created 1")
        return Record(
            radiograph_id=fact.radiograph_id,
            sequence=1,
            state=State.AWAITING_UPLOAD,
            site=fact.site,
            created_at=fact.at,
            created_by=fact.by,
            declared_bytes=fact.declared_bytes,
            age_years=fact.age_years,
        )
    if fact.sequence != record.sequence + 1:
        raise FactOrderError(f"fact {fact.sequence} after fact {record.sequence}")
    if isinstance(fact, UnknownFact):
        return replace(record, sequence=fact.sequence)
    if record.state not in _MAY_FOLLOW[type(fact)]:
        raise FactOrderError(f"{fact.kind} after {record.state}")
    return replace(_after(record, fact), sequence=fact.sequence)


_MAY_FOLLOW: dict[type[Fact], frozenset[State]] = {
    Created: frozenset(),
    Received: frozenset({State.AWAITING_UPLOAD, State.FAILED}),
    Screened: frozenset({State.RECEIVED, State.FAILED}),
    Rejected: frozenset({State.RECEIVED, State.FAILED}),
    Failed: frozenset({State.AWAITING_UPLOAD, State.RECEIVED, State.FAILED}),
    Reviewed: frozenset({State.SCREENED}),
    Deleted: frozenset(State) - {State.DELETED},
}


def _after(record: Record, fact: Fact) -> Record:
    match fact:
        case Received():
            return replace(
                record,
                state=State.RECEIVED,
                received_at=fact.at,
                object_version=fact.object_version,
                bytes=fact.bytes,
                sha256=fact.sha256,
            )
        case Screened():
            return replace(
                record,
                state=State.SCREENED,
                answered_at=fact.at,
                answer=fact.answer,
                seconds=fact.seconds,
                image=fact.image,
                age_years=fact.age_years,
            )
        case Rejected():
            return replace(
                record,
                state=State.REJECTED,
                answered_at=fact.at,
                rejection=fact.reason,
                rejection_detail=fact.detail,
            )
        case Failed():
            return replace(record, state=State.FAILED)
        case Reviewed():
            review = Review(at=fact.at, by=fact.by, verdict=fact.verdict, review_id=fact.review_id)
            return replace(record, reviews=(*record.reviews, review))
        case Deleted():
            return replace(record, state=State.DELETED, answer=None)
        case _:
            raise FactOrderError(f"{fact.kind} after {record.state}")
