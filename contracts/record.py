"""The record of one radiograph: its state after all facts so far."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.answers import Answer
from contracts.deletion import Deletion
from contracts.facts import (
    AgeCorrected,
    AnswerShown,
    Created,
    Deleted,
    Fact,
    Failed,
    OutcomeRecorded,
    Received,
    Rejected,
    Reviewed,
    ReviewWithdrawn,
    Screened,
    UnknownFact,
)
from contracts.image import ImageDescription
from contracts.outcomes import Outcome, Outcomes, add_outcome
from contracts.rejections import Rejection
from contracts.reviews import Review, Reviews, add_review, compare_anew, withdraw_review

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
class Record:
    """A radiograph after its fact number `sequence`.

    `age_years` is the age that the doctor typed, and after screening the file's own where it
    states one, until a doctor corrects it. `reviews` are those that stand, one of each doctor;
    `past_reviews` were replaced or withdrawn. `shown_to` names who asked for the answer before a
    review, of a film of the blind sample (`contracts.blind_readings`). `trace_id` is that of the
    request which announced it. In JSON the fields of `image` lie flat (`contracts.image`).
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
    reviews: Reviews = ()
    past_reviews: Reviews = ()
    is_blind_sample: bool = False
    shown_to: tuple[str, ...] = ()
    outcomes: Outcomes = ()
    is_age_corrected: bool = False
    deletion: Deletion | None = None
    trace_id: str = ""
    input_mean: float | None = None
    input_spread: float | None = None
    input_sharpness: float | None = None
    manufacturer: str | None = None
    scanner_model: str | None = None

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
            trace_id=fact.trace_id,
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
    ReviewWithdrawn: frozenset({State.SCREENED}),
    AnswerShown: frozenset({State.SCREENED}),
    OutcomeRecorded: frozenset({State.SCREENED}),
    AgeCorrected: frozenset({State.SCREENED}),
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
                input_mean=fact.input_mean,
                input_spread=fact.input_spread,
                input_sharpness=fact.input_sharpness,
                manufacturer=fact.manufacturer,
                scanner_model=fact.scanner_model,
                is_blind_sample=fact.is_blind_sample,
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
            review = Review(
                at=fact.at,
                by=fact.by,
                verdict=fact.verdict,
                review_id=fact.review_id,
                finding=fact.finding,
                settles=fact.settles,
                is_blind=fact.is_blind,
            )
            reviews, past = add_review(record.reviews, record.past_reviews, review)
            return replace(record, reviews=reviews, past_reviews=past)
        case ReviewWithdrawn():
            reviews, past = withdraw_review(
                record.reviews, record.past_reviews, review_id=fact.review_id
            )
            return replace(record, reviews=reviews, past_reviews=past)
        case AnswerShown():
            return replace(record, shown_to=(*record.shown_to, fact.by))
        case OutcomeRecorded():
            outcome = Outcome(
                at=fact.at,
                by=fact.by,
                finding=fact.finding,
                source=fact.source,
                observed_on=fact.observed_on,
            )
            return replace(record, outcomes=add_outcome(record.outcomes, outcome))
        case AgeCorrected():
            return replace(
                record,
                age_years=fact.age_years,
                is_age_corrected=True,
                answer=fact.answer,
                reviews=compare_anew(record.reviews, record.answer, fact.answer),
                past_reviews=compare_anew(record.past_reviews, record.answer, fact.answer),
            )
        case Deleted():
            deletion = Deletion(at=fact.at, by=fact.by, reason=fact.reason)
            return replace(
                record,
                state=State.DELETED,
                deletion=deletion,
                answer=None,
                image=None,
                age_years=None,
                is_age_corrected=False,
                reviews=(),
                past_reviews=(),
                shown_to=(),
                outcomes=(),
            )
        case _:
            raise FactOrderError(f"{fact.kind} after {record.state}")
