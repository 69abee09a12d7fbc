"""The texts of reviews and outcomes: what is found, and how it compares with the answer."""

from contracts.answers import Answer
from contracts.api import ReviewView
from contracts.findings import Finding, OutcomeSource, Verdict, compare
from contracts.language import Texts, gettext, mark
from contracts.outcomes import Outcome

FINDINGS = Texts(
    {
        Finding.PNEUMONIA: mark("Pneumonia"),
        Finding.NO_PNEUMONIA: mark("No pneumonia"),
        Finding.CANNOT_TELL: mark("Cannot tell"),
        Finding.OTHER: mark("Other, not pneumonia"),
    }
)
_SOURCES = Texts(
    {
        OutcomeSource.CT: mark("CT"),
        OutcomeSource.MICROBIOLOGY: mark("Microbiology"),
        OutcomeSource.DISCHARGE: mark("Diagnosis at discharge"),
        OutcomeSource.FOLLOW_UP: mark("Follow-up"),
        OutcomeSource.OTHER: mark("Another source"),
    }
)
_LATER_SOURCE = mark("A source of a newer version ({name})")
_LATER_FINDING = mark("a finding of a newer version ({name})")
_STATEMENTS = Texts(
    {
        Verdict.AGREE: mark("{finding}, as the answer"),
        Verdict.DISAGREE: mark("{finding}, unlike the answer"),
    }
)
# Reviews of 0.1.0 state no finding.
_VERDICTS_ALONE = Texts({Verdict.AGREE: mark("agreed"), Verdict.DISAGREE: mark("disagreed")})
DIFFERING = mark("The doctors differ: one finds pneumonia, another does not.")
OTHER_NEEDS_TEXT = mark("What is it? Write it in the note, then choose Other again")
# Characters of Unicode that no page shows.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def format_review(review: ReviewView, *, doctor: str) -> str:
    """Such as "You: pneumonia, as the answer"; `doctor` reads it."""
    statement = format_statement(review.finding, review.verdict)
    if review.settles and review.by == doctor:
        reviewer = gettext("Adjudicated by you")
    elif review.settles:
        reviewer = gettext("Adjudicated by {name}").format(name=format_reviewer(review))
    else:
        reviewer = gettext("You") if review.by == doctor else format_reviewer(review)
    if review.finding is None:
        return f"{reviewer} {statement}"
    return gettext("{reviewer}: {statement}").format(reviewer=reviewer, statement=statement)


def format_statement(finding: Finding | None, verdict: Verdict) -> str:
    """Such as "pneumonia, as the answer"; "agreed" for a review of 0.1.0."""
    if finding is None:
        return _VERDICTS_ALONE.get(verdict) or gettext("reviewed it")
    text = format_finding(finding)
    statement = _STATEMENTS.get(verdict)
    return statement.format(finding=text) if statement else text


def format_reviewer(review: ReviewView) -> str:
    """The doctor's name, isolated: one that is written from right to left turns nothing beside it.
    Reviews of 0.1.0 have none.
    """
    return (
        f"{_ISOLATE}{review.reviewer}{_END_OF_ISOLATE}"
        if review.reviewer
        else gettext("A colleague")
    )


def format_finding(finding: Finding) -> str:
    text = FINDINGS.get(finding)
    return text.lower() if text else gettext(_LATER_FINDING).format(name=finding)


def format_outcome(outcome: Outcome, answer: Answer | None) -> str:
    """Such as "CT: pneumonia, as the answer"."""
    verdict = compare(outcome.finding, answer) if answer else Verdict.NEITHER
    return gettext("{reviewer}: {statement}").format(
        reviewer=format_source(outcome.source),
        statement=format_statement(outcome.finding, verdict),
    )


def format_source(source: OutcomeSource) -> str:
    return _SOURCES.get(source) or gettext(_LATER_SOURCE).format(name=source)
