"""One review of each doctor stands: the last that was not withdrawn."""

from contracts.facts import Fact, ReviewWithdrawn
from contracts.findings import Finding
from contracts.record import Record, fold
from contracts.serialisation import parse_fact
from contracts.worklist_filters import Filter, find_filters
from tests.conftest import Golden

ANSWERED = ("created", "received", "screened")


def build_record(golden: Golden, *actions: tuple[str, str]) -> Record:
    """The record after reviews and withdrawals: each names a doctor, and a finding or an id."""
    facts: list[Fact] = [parse_fact(golden(f"facts/{kind}.json")) for kind in ANSWERED]
    for number, (doctor, text) in enumerate(actions, start=4):
        common = {"by": doctor, "sequence": number, "at": f"2026-11-23T08:02:0{number}.000Z"}
        if text in list(Finding):
            review = golden("facts/reviewed.json") | common
            fact = parse_fact(review | {"finding": text, "review_id": f"review-{number}"})
        else:
            fact = parse_fact(golden("facts/review_withdrawn.json") | common | {"review_id": text})
        facts.append(fact)
    record = fold(facts)
    assert record is not None
    return record


def standing(record: Record) -> list[tuple[str, str]]:
    return [(review.by, str(review.finding)) for review in record.reviews]


def test_the_last_review_of_each_doctor_stands(golden: Golden) -> None:
    record = build_record(golden, ("a", "pneumonia"), ("b", "other"), ("a", "no_pneumonia"))
    assert standing(record) == [("b", "other"), ("a", "no_pneumonia")]
    assert [review.review_id for review in record.past_reviews] == ["review-4"]


def test_a_withdrawal_leaves_none(golden: Golden) -> None:
    record = build_record(golden, ("a", "pneumonia"), ("a", "review-4"))
    assert standing(record) == []
    assert [review.is_withdrawn for review in record.past_reviews] == [True]


def test_after_a_withdrawal_the_review_before_stands_again(golden: Golden) -> None:
    reviews = ("a", "pneumonia"), ("b", "other"), ("a", "no_pneumonia")
    assert standing(build_record(golden, *reviews, ("a", "review-6"))) == [
        ("a", "pneumonia"),
        ("b", "other"),
    ]
    record = build_record(golden, *reviews, ("a", "review-6"), ("a", "review-4"))
    assert standing(record) == [("b", "other")]


def test_a_withdrawal_of_what_does_not_stand_changes_nothing(golden: Golden) -> None:
    record = build_record(golden, ("a", "pneumonia"), ("a", "other"), ("a", "review-4"))
    assert standing(record) == [("a", "other")]


def test_reviews_of_an_earlier_release_fold_and_can_be_withdrawn(golden: Golden) -> None:
    """They state a verdict, no finding and no id."""
    facts = [parse_fact(golden(f"facts/{kind}.json")) for kind in ANSWERED]
    review = golden("facts/reviewed.json")
    del review["finding"], review["review_id"]
    record = fold([*facts, parse_fact(review)])
    assert record is not None
    assert [(each.verdict, each.finding) for each in record.reviews] == [("agree", None)]
    withdrawal = ReviewWithdrawn(
        radiograph_id=record.radiograph_id,
        sequence=5,
        at="2026-11-23T08:02:05.000Z",
        by=record.reviews[0].by,
        review_id=record.reviews[0].note_key,
    )
    record = fold([*facts, parse_fact(review), withdrawal])
    assert record is not None
    assert record.reviews == ()


def test_the_withdrawal_of_an_adjudication_opens_the_question_again(golden: Golden) -> None:
    facts = [parse_fact(golden(f"facts/{kind}.json")) for kind in ANSWERED]
    for number, (doctor, finding) in enumerate(
        [("a", "pneumonia"), ("b", "other"), ("c", "other")]
    ):
        change = {"by": doctor, "finding": finding, "review_id": doctor, "sequence": number + 4}
        settles = ["a", "b"] if doctor == "c" else []
        facts.append(parse_fact(golden("facts/reviewed.json") | change | {"settles": settles}))
    settled = fold(facts)
    withdrawal = golden("facts/review_withdrawn.json") | {"by": "c", "review_id": "c"}
    differing = fold([*facts, parse_fact(withdrawal | {"sequence": 7})])
    lists = [find_filters(record) for record in (settled, differing) if record]
    assert [Filter.DIFFERING in each for each in lists] == [False, True]
