"""The reviews of one radiograph: one of each doctor stands, and may be replaced or withdrawn."""

from dataclasses import dataclass, replace

from contracts.answers import Answer
from contracts.findings import Finding, Verdict, compare


@dataclass(frozen=True, kw_only=True)
class Review:
    """`finding` is None in reviews of 0.1.0, which state a verdict alone. `settles`: the reviews
    that differed, by their `note_key`, where this one is a third person's adjudication.
    `is_blind`: the doctor had not been shown the answer.
    """

    at: str
    by: str
    verdict: Verdict
    review_id: str = ""
    finding: Finding | None = None
    is_withdrawn: bool = False
    settles: tuple[str, ...] = ()
    is_blind: bool = False

    @property
    def note_key(self) -> str:
        """Names the review and its note in the identity: in 0.1.0 by the time of the review."""
        return self.review_id or self.at


Reviews = tuple[Review, ...]


def find_review(reviews: Reviews, doctor: str) -> Review | None:
    """The review of a doctor that stands."""
    return next((review for review in reversed(reviews) if review.by == doctor), None)


def add_review(reviews: Reviews, past: Reviews, review: Review) -> tuple[Reviews, Reviews]:
    """The reviews that stand, and those that do not, after one more: it replaces its doctor's."""
    of_others = tuple(other for other in reviews if other.by != review.by)
    of_doctor = tuple(other for other in reviews if other.by == review.by)
    return (*of_others, review), (*past, *of_doctor)


def withdraw_review(reviews: Reviews, past: Reviews, *, review_id: str) -> tuple[Reviews, Reviews]:
    """The same after a withdrawal: the doctor's review before it stands again, where it has one."""
    review = next((each for each in reviews if each.note_key == review_id), None)
    if review is None:
        return reviews, past
    rest = [each for each in reviews if each.note_key != review_id]
    before = [each for each in past if each.by == review.by and not each.is_withdrawn][-1:]
    standing = sorted([*rest, *before], key=lambda each: each.at)
    past = tuple(each for each in past if each not in before)
    return tuple(standing), (*past, replace(review, is_withdrawn=True))


def compare_anew(reviews: Reviews, before: Answer | None, answer: Answer) -> Reviews:
    """The reviews with the verdicts that follow from another answer. A review without a finding
    says nothing of another decision.
    """
    return tuple(_compare_anew(review, before, answer) for review in reviews)


def _compare_anew(review: Review, before: Answer | None, answer: Answer) -> Review:
    if review.finding is not None:
        return replace(review, verdict=compare(review.finding, answer))
    is_same = before is not None and before.decision == answer.decision
    return review if is_same else replace(review, verdict=Verdict.NEITHER)
