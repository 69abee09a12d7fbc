"""The audit trail of one radiograph, as the administrators of its site see it."""

from dataclasses import dataclass, replace

from contracts import facts
from contracts.answers import Answer
from contracts.api import Opening
from contracts.deletion import DeletionReason
from contracts.findings import Finding, OutcomeSource, Verdict
from contracts.rejections import Rejection


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """One fact of a radiograph; what its kind does not have is None or empty.

    `by` is the id of the account, or of the operator of a command, and empty for the software
    itself; `name` is the person's, where the radiograph's reviews tell it.
    """

    sequence: int
    kind: str
    at: str
    by: str = ""
    name: str = ""
    bytes: int | None = None
    sha256: str = ""
    age_years: int | None = None
    answer: Answer | None = None
    settings_version: int | None = None
    rejection: Rejection | None = None
    rejection_detail: str = ""
    finding: Finding | None = None
    verdict: Verdict | None = None
    is_adjudication: bool = False
    is_blind: bool = False
    outcome_source: OutcomeSource | None = None
    observed_on: str = ""
    deletion_reason: DeletionReason | None = None


@dataclass(frozen=True, kw_only=True)
class AuditTrail:
    """All facts of a radiograph in their order, and who opened it from `openings_from` on, a day in
    UTC, for 30 days at most, newest first. `has_earlier_openings`: the radiograph is older than
    that day. `complete` is False where a fact cannot be read: the events lack it.
    """

    radiograph_id: str
    events: tuple[AuditEvent, ...]
    complete: bool
    openings: tuple[Opening, ...]
    openings_from: str
    has_earlier_openings: bool


def build_event(fact: facts.Fact, *, name: str = "") -> AuditEvent:
    """The event of a fact; `name` is that of the person who caused it."""
    event = AuditEvent(
        sequence=fact.sequence, kind=fact.kind, at=fact.at, by=find_author(fact), name=name
    )
    match fact:
        case facts.Created():
            return replace(event, bytes=fact.declared_bytes, age_years=fact.age_years)
        case facts.Received():
            return replace(event, bytes=fact.bytes, sha256=fact.sha256)
        case facts.Rejected():
            return replace(event, rejection=fact.reason, rejection_detail=fact.detail)
        case facts.Screened() | facts.AgeCorrected():
            return replace(
                event,
                answer=fact.answer,
                age_years=fact.age_years,
                settings_version=fact.settings_version,
            )
        case facts.Reviewed():
            return replace(
                event,
                finding=fact.finding,
                verdict=fact.verdict,
                is_adjudication=bool(fact.settles),
                is_blind=fact.is_blind,
            )
        case facts.OutcomeRecorded():
            return replace(
                event,
                finding=fact.finding,
                outcome_source=fact.source,
                observed_on=fact.observed_on,
            )
        case facts.Deleted():
            return replace(event, deletion_reason=fact.reason)
        case _:
            return event


def find_author(fact: facts.Fact) -> str:
    """The id of the account that caused a fact; empty for the software itself."""
    return str(getattr(fact, "by", ""))
