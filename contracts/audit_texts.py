"""The sentences of the audit trail: what happened to a radiograph."""

from contracts import evidence_texts, file_texts, texts
from contracts.answers import Answer
from contracts.audit import AuditEvent
from contracts.deletion_texts import format_reason
from contracts.findings import Verdict
from contracts.language import format_number, gettext, mark
from contracts.review_texts import format_finding, format_source, format_statement

_LATER = mark(
    "Something that a newer version of this software has recorded, for which there is no text"
)


def format_event(event: AuditEvent) -> str:
    """Such as "Reviewed: pneumonia, as the answer", without a full stop."""
    match event.kind:
        case "created":
            return gettext("Announced a file of {size}, {age}").format(
                size=_format_bytes(event), age=texts.format_age(event.age_years)
            )
        case "received":
            return gettext("The file arrived: {size}, SHA-256 {hash}").format(
                size=_format_bytes(event), hash=event.sha256
            )
        case "screened" if event.answer:
            return gettext("Analysed, {age}: {answer} ({basis})").format(
                age=texts.format_age(event.age_years),
                answer=_format_answer(event.answer),
                basis=_format_basis(event),
            )
        case "rejected" if event.rejection:
            reason = file_texts.format_rejection(event.rejection, event.rejection_detail)
            text = gettext("The file was not accepted. {reason}")
            return text.format(reason=reason.rstrip("."))
        case "failed":
            return gettext("The last try to analyse it began, after the tries before had failed")
        case "reviewed":
            if event.is_adjudication:
                text = gettext("Settled what doctors differed on: {finding}")
            elif event.is_blind:
                text = gettext("Reviewed before the answer was shown: {finding}")
            else:
                text = gettext("Reviewed: {finding}")
            verdict = event.verdict or Verdict.NEITHER
            return text.format(finding=format_statement(event.finding, verdict))
        case "review_withdrawn":
            return gettext("Took a review back")
        case "answer_shown":
            return gettext("Had the answer shown without a reading before")
        case "outcome_recorded" if event.finding and event.outcome_source:
            text = gettext("Recorded an outcome: {finding} ({source}, {day})")
            return text.format(
                finding=format_finding(event.finding),
                source=format_source(event.outcome_source),
                day=event.observed_on,
            )
        case "age_corrected" if event.answer:
            text = gettext("Corrected the age: {age}. The answer from then on: {answer} ({basis})")
            return text.format(
                age=texts.format_age(event.age_years),
                answer=_format_answer(event.answer),
                basis=_format_basis(event),
            )
        case "deleted" if event.deletion_reason:
            reason = format_reason(event.deletion_reason)
            return gettext("Deleted it: {reason}").format(reason=reason)
        case "deleted":
            return gettext("Deleted it by a command")
    return gettext(_LATER)


def _format_answer(answer: Answer) -> str:
    sentence = texts.format_decision(answer).rstrip(".")
    if answer.is_assessed:
        sentence += f", {evidence_texts.format_percent(answer.shown_probability)}"
    return sentence


def _format_basis(event: AuditEvent) -> str:
    """Which model and which settings of the site the answer follows."""
    assert event.answer is not None
    if not event.settings_version:
        return gettext("model {version}").format(version=event.answer.model_version)
    return gettext("model {version}, settings version {number}").format(
        version=event.answer.model_version, number=event.settings_version
    )


def _format_bytes(event: AuditEvent) -> str:
    return gettext("{number} bytes").format(number=format_number(event.bytes or 0))
