"""Reviews are watched: agreement, sensitivity, a week without any, and one scanner among others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.answers import Decision
from contracts.findings import Finding, Verdict
from contracts.record import Record
from contracts.reviews import Review
from contracts.serialisation import parse
from lambdas.drift.reviews import find_release_notes, find_review_notes
from tests.conftest import Golden

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def record(golden: Golden) -> Record:
    return replace(parse(Record, golden("record.json")), created_at=NOW.isoformat())


def with_review(record: Record, verdict: Verdict | None, **fields: Any) -> Record:
    if verdict is None:
        return replace(record, reviews=(), **fields)
    finding = Finding.PNEUMONIA if verdict is Verdict.AGREE else Finding.NO_PNEUMONIA
    review = Review(at=record.created_at, by="x", verdict=verdict, review_id="r", finding=finding)
    return replace(record, reviews=(review,), **fields)


def notes(*records: Record) -> list[str]:
    return list(find_review_notes(records, now=NOW))


def test_reviews_that_agree_as_before_say_nothing(record: Record) -> None:
    assert notes(*[with_review(record, Verdict.AGREE)] * 400) == []


def test_agreement_that_falls_is_a_note(record: Record) -> None:
    agree, disagree = (with_review(record, each) for each in (Verdict.AGREE, Verdict.DISAGREE))
    assert notes(*[disagree] * 60, *[agree] * 440) == ["agreement"]


def test_pneumonia_that_is_missed_more_often_is_a_note(record: Record) -> None:
    assert record.answer
    agree = with_review(record, Verdict.AGREE)
    missed = replace(agree, answer=replace(record.answer, positive=False))
    assert notes(*[missed] * 60, *[agree] * 400) == ["sensitivity"]


def test_a_week_without_a_review_is_a_note(record: Record) -> None:
    week_ago = (NOW - timedelta(days=8)).isoformat()
    old = [with_review(replace(record, created_at=week_ago), Verdict.AGREE)] * 30
    none = with_review(record, None)
    assert notes(*[none] * 20, *old) == ["reviews"]
    assert notes(*[none] * 19, *old) == []
    assert notes(*[none] * 20, with_review(record, Verdict.AGREE), *old) == []


def test_a_scanner_unlike_the_others_is_a_note(record: Record) -> None:
    others = [with_review(record, Verdict.AGREE, manufacturer="Agfa", scanner_model="A")] * 300
    one = [with_review(record, Verdict.DISAGREE, manufacturer="GE", scanner_model="B")] * 40
    assert notes(*(others[:150] + one[:20] + others[:150] + one[:20]))[-2:] == [
        "agreement of Agfa A",
        "agreement of GE B",
    ]


def test_agreement_that_falls_with_a_new_model_is_a_note(record: Record) -> None:
    agree, disagree = (with_review(record, each) for each in (Verdict.AGREE, Verdict.DISAGREE))
    worse, better = [*[disagree] * 12, *[agree] * 18], [agree] * 200
    assert list(find_release_notes(worse, better)) == ["agreement since the model changed"]
    assert list(find_release_notes(better, worse)) == []
    assert list(find_release_notes(better, better)) == []
    assert list(find_release_notes(worse[1:], better)) == []
    assert list(find_release_notes(worse, [])) == []


@pytest.mark.parametrize("decision", [Decision.UNCERTAIN, Decision.NOT_ASSESSED])
def test_a_new_model_that_rarely_decides_is_a_note(record: Record, decision: Decision) -> None:
    assert record.answer is not None
    sure = with_review(record, None)
    unsure = replace(sure, answer=replace(record.answer, decision=decision))
    before = [*[unsure] * 20, *[sure] * 180]
    assert list(find_release_notes([unsure] * 30, before)) == [
        "sure answers since the model changed"
    ]
    assert list(find_release_notes([sure] * 200, before)) == []
