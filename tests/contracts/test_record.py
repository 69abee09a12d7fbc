"""A record is its folded facts; a fact that cannot follow is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.answers import Decision
from contracts.facts import AgeCorrected, Fact, OutcomeRecorded, Reviewed
from contracts.findings import Finding, OutcomeSource
from contracts.record import FactOrderError, Record, State, fold
from contracts.serialisation import parse, parse_fact, serialise
from tests.conftest import Golden

Load = Callable[..., list[Fact]]
_OUTCOMES = ("created", "received", "screened", *["outcome_recorded"] * 3)


@pytest.fixture
def facts(golden: Golden) -> Load:
    """Golden facts, numbered in the order of their kinds."""

    def load(*kinds: str) -> list[Fact]:
        messages = (golden(f"facts/{kind}.json") for kind in kinds)
        return [
            parse_fact({**message, "sequence": number})
            for number, message in enumerate(messages, start=1)
        ]

    return load


def test_no_facts_are_no_record() -> None:
    assert fold([]) is None


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ("created", State.AWAITING_UPLOAD),
        ("created received", State.RECEIVED),
        ("created received screened", State.SCREENED),
        ("created received rejected", State.REJECTED),
        ("created received failed", State.FAILED),
        ("created received failed screened", State.SCREENED),
        ("created failed received screened", State.SCREENED),
        ("created received screened reviewed reviewed", State.SCREENED),
        ("created received screened age_corrected reviewed", State.SCREENED),
        ("created received screened outcome_recorded reviewed", State.SCREENED),
        ("created received screened deleted", State.DELETED),
    ],
)
def test_the_last_fact_gives_the_state(kinds: str, state: State, facts: Load) -> None:
    record = fold(facts(*kinds.split()))
    assert record is not None
    assert record.state is state


@pytest.mark.parametrize(
    "kinds",
    [
        "received",
        "created screened",
        "created received screened screened",
        "created received rejected screened",
        "created received received",
        "created received reviewed",
        "created received age_corrected",
        "created received outcome_recorded",
        "created received screened deleted reviewed",
    ],
)
def test_a_fact_that_cannot_follow_is_refused(kinds: str, facts: Load) -> None:
    with pytest.raises(FactOrderError):
        fold(facts(*kinds.split()))


def test_a_later_kind_of_fact_counts_and_changes_nothing_else(facts: Load, golden: Golden) -> None:
    earlier = facts("created", "received", "screened")
    later = parse_fact({**golden("facts/reviewed.json"), "kind": "second_opinion"})
    record, before = fold([*earlier, later]), fold(earlier)
    assert record is not None and before is not None
    assert record == replace(before, sequence=4)


def test_a_later_kind_of_fact_cannot_be_the_first(golden: Golden) -> None:
    with pytest.raises(FactOrderError):
        fold([parse_fact({**golden("facts/created.json"), "kind": "imported"})])


def test_a_missing_number_is_refused(facts: Load) -> None:
    first, _, third = facts("created", "received", "screened")
    with pytest.raises(FactOrderError):
        fold([first, third])


def test_the_record_is_the_same_after_json(facts: Load, golden: Golden) -> None:
    record = fold(facts("created", "received", "screened", "reviewed"))
    assert record is not None
    assert json.loads(json.dumps(serialise(record))) == golden("record.json")
    assert parse(Record, golden("record.json")) == record


def test_an_upload_that_never_came_expires(facts: Load) -> None:
    record = fold(facts("created"))
    assert record is not None
    created = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert record.state_at(created + timedelta(minutes=14)) is State.AWAITING_UPLOAD
    assert record.state_at(created + timedelta(minutes=16)) is State.EXPIRED


def test_a_deleted_radiograph_keeps_no_answer(facts: Load) -> None:
    record = fold(facts("created", "received", "screened", "deleted"))
    assert record is not None
    assert record.answer is None


def test_a_later_outcome_of_a_source_replaces_the_one_before(facts: Load) -> None:
    earlier, outcomes = (facts("created", "received", "screened"), facts(*_OUTCOMES)[3:])
    first, second, third = (each for each in outcomes if isinstance(each, OutcomeRecorded))
    later = replace(second, finding=Finding.PNEUMONIA, observed_on="2026-11-26")
    other = replace(third, source=OutcomeSource.DISCHARGE)
    record = fold([*earlier, first, later, other])
    assert record is not None
    assert [(each.source, each.finding) for each in record.outcomes] == [
        (OutcomeSource.CT, Finding.PNEUMONIA),
        (OutcomeSource.DISCHARGE, Finding.NO_PNEUMONIA),
    ]
    assert record.reviews == ()


def test_a_corrected_age_brings_its_answer(facts: Load) -> None:
    *earlier, correction = facts("created", "received", "screened", "reviewed", "age_corrected")
    before = fold(earlier)
    assert isinstance(correction, AgeCorrected) and before is not None
    answer = replace(correction.answer, decision=Decision.NO_PNEUMONIA)
    record = fold([*earlier, replace(correction, answer=answer)])
    assert record is not None
    assert (record.age_years, record.is_age_corrected, record.answer) == (4, True, answer)
    assert [review.verdict for review in before.reviews] == ["agree"]
    assert [review.verdict for review in record.reviews] == ["disagree"]


@pytest.mark.parametrize(
    ("decision", "verdict"), [("pneumonia", "agree"), ("uncertain", "neither")]
)
def test_a_verdict_of_an_earlier_release_says_nothing_of_another_decision(
    facts: Load, decision: str, verdict: str
) -> None:
    *earlier, review, correction = facts(
        "created", "received", "screened", "reviewed", "age_corrected"
    )
    assert isinstance(review, Reviewed) and isinstance(correction, AgeCorrected)
    answer = replace(correction.answer, decision=Decision(decision))
    record = fold([*earlier, replace(review, finding=None), replace(correction, answer=answer)])
    assert record is not None
    assert [each.verdict for each in record.reviews] == [verdict]
