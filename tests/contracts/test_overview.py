"""Records are counted by day, outcome and verdict."""

from dataclasses import replace
from datetime import UTC, datetime

from contracts.answers import Decision
from contracts.findings import Finding, OutcomeSource, Verdict
from contracts.outcomes import Outcome
from contracts.overview import SiteOverview, summarise_days
from contracts.record import Record, State
from contracts.serialisation import parse, serialise
from tests.conftest import Golden

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_the_message_is_the_golden_one(golden: Golden) -> None:
    message = golden("site_overview.json")
    assert serialise(parse(SiteOverview, message)) == message


def test_records_are_counted_by_day_newest_first(golden: Golden) -> None:
    record = parse(Record, golden("record.json"))
    earlier = replace(record, created_at="2026-11-20T23:59:59.999Z", reviews=())
    last, first = summarise_days([earlier, record, record], now=NOW)
    assert (last.day, last.radiographs) == (record.created_at[:10], 2)
    assert record.answer is not None
    assert last.outcomes == {record.answer.decision: 2}
    assert sum(last.verdicts.values()) == 2 * len(record.reviews) > 0
    assert (first.day, first.radiographs, first.verdicts) == ("2026-11-20", 1, {})


def test_blind_readings_and_outcomes_are_counted_apart(golden: Golden) -> None:
    record = parse(Record, golden("record.json"))
    [review] = record.reviews
    blind = replace(review, by="b", is_blind=True, verdict=Verdict.DISAGREE)
    outcome = Outcome(
        at=review.at,
        by="operator",
        finding=Finding.NO_PNEUMONIA,
        source=OutcomeSource.CT,
        observed_on="2026-11-25",
    )
    contrary = replace(outcome, source=OutcomeSource.DISCHARGE, finding=Finding.PNEUMONIA)
    records = [
        replace(record, reviews=(review, blind), outcomes=(outcome,)),
        replace(record, outcomes=(contrary,)),
        replace(record, outcomes=(outcome, contrary)),
        record,
    ]
    [day] = summarise_days(records, now=NOW)
    assert day.verdicts == {"agree": 4, "disagree": 1}
    assert day.blind_verdicts == {"disagree": 1}
    assert day.later_verdicts == {"disagree": 1, "agree": 1, "neither": 1}


def test_the_median_is_of_the_probabilities_that_are_shown(golden: Golden) -> None:
    record = parse(Record, golden("record.json"))
    assert record.answer is not None
    answers = [replace(record.answer, shown_probability=score) for score in (0.2, 0.3, 0.8)]
    hidden = replace(record.answer, decision=Decision.NOT_ASSESSED, shown_probability=0.9)
    records = [replace(record, answer=each) for each in (*answers, hidden, None)]
    [day] = summarise_days(records, now=NOW)
    [other] = summarise_days(records[3:], now=NOW)
    assert (day.median_score, other.median_score) == (0.3, None)


def test_without_an_answer_the_state_counts(golden: Golden) -> None:
    record = replace(
        parse(Record, golden("record.json")), answer=None, state=State.AWAITING_UPLOAD, reviews=()
    )
    [day] = summarise_days([record], now=NOW)
    assert day.outcomes == {"expired": 1}
