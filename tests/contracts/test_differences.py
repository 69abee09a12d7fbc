"""Doctors differ where one finds pneumonia and another none, until a third person settles it."""

import pytest

from contracts.differences import is_differing, may_settle
from contracts.findings import Finding, Verdict
from contracts.later_values import parse_value
from contracts.reviews import Review

P, NONE, CANNOT_TELL, OTHER = Finding


def build_review(by: str, finding: Finding | None, *, settles: tuple[str, ...] = ()) -> Review:
    return Review(
        at="2026-11-23T08:02:00.000Z",
        by=by,
        verdict=Verdict.NEITHER,
        review_id=f"of-{by}",
        finding=finding,
        settles=settles,
    )


@pytest.mark.parametrize(
    ("findings", "differs"),
    [
        ([], False),
        ([P], False),
        ([P, P], False),
        ([P, NONE], True),
        ([P, OTHER], True),
        ([NONE, OTHER], False),
        ([P, CANNOT_TELL], False),
        ([NONE, CANNOT_TELL], False),
        ([P, CANNOT_TELL, NONE], True),
        ([P, None], False),
        ([P, parse_value(Finding, "of_a_later_release")], False),
    ],
)
def test_doctors_differ_where_one_finds_pneumonia_and_another_none(
    findings: list[Finding | None], differs: bool
) -> None:
    reviews = [build_review(str(number), each) for number, each in enumerate(findings)]
    assert is_differing(reviews) is differs


A, B = build_review("a", P), build_review("b", NONE)
ADJUDICATION = build_review("c", P, settles=("of-a", "of-b"))


def test_an_adjudication_settles_the_reviews_that_it_names() -> None:
    assert not is_differing([A, B, ADJUDICATION])


def test_a_later_review_that_differs_from_the_adjudication_opens_the_question_again() -> None:
    assert is_differing([A, B, ADJUDICATION, build_review("d", NONE)])
    assert not is_differing([A, B, ADJUDICATION, build_review("d", P)])


@pytest.mark.parametrize(
    ("reviews", "person", "may"),
    [
        ([A, B], "c", True),
        ([A, B, build_review("c", CANNOT_TELL)], "c", True),
        ([A, B, build_review("c", P)], "c", False),
        ([A, B], "a", False),
        ([A], "c", False),
        ([A, B, ADJUDICATION], "d", False),
        # The adjudicator may decide anew.
        ([A, B, ADJUDICATION], "c", True),
        ([A, B, ADJUDICATION], "a", False),
    ],
)
def test_a_person_without_a_side_settles(reviews: list[Review], person: str, may: bool) -> None:
    assert may_settle(reviews, person) is may
