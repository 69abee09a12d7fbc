"""What became known later about one radiograph's patient: one outcome of each source."""

from dataclasses import dataclass

from contracts.answers import Answer
from contracts.findings import Finding, OutcomeSource, Verdict, compare


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`observed_on` is a day, ISO 8601; `at` is when it was recorded here."""

    at: str
    by: str
    finding: Finding
    source: OutcomeSource
    observed_on: str


Outcomes = tuple[Outcome, ...]


def add_outcome(outcomes: Outcomes, outcome: Outcome) -> Outcomes:
    """The outcomes after one more, which replaces that of its source."""
    return (*(each for each in outcomes if each.source is not outcome.source), outcome)


def find_verdict(outcomes: Outcomes, answer: Answer) -> Verdict | None:
    """How an answer compares with all outcomes together; None without any. Outcomes that contradict
    each other say nothing of it.
    """
    verdicts = {compare(each.finding, answer) for each in outcomes}
    if not verdicts:
        return None
    return verdicts.pop() if len(verdicts) == 1 else Verdict.NEITHER
