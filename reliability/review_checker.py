"""Finds reviews that are lost, doubled or changed, and those that nobody has sent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from contracts.facts import Reviewed
from local.aws.cognito import account_subject
from reliability.reviews import SentReview
from reliability.running_system import DOCTOR
from reliability.stored_objects import StoredObjects
from reliability.violations import Broken, Violation


@dataclass(frozen=True, kw_only=True)
class UnknownReview:
    """A review in the facts that nobody has sent."""

    radiograph_id: str
    review_id: str


class ReviewChecker:
    """Compares the reviews that were sent with the facts and notes."""

    def __init__(self, stored: StoredObjects) -> None:
        self._stored = stored

    def find_violations(
        self, sent: Sequence[SentReview], *, radiographs: Iterable[str]
    ) -> Iterator[Broken]:
        """Yields each broken review of these radiographs, with its worst violation."""
        self._stored.refresh()
        for radiograph in radiographs:
            facts = self._stored.read_facts(radiograph)
            reviews = [fact for fact in facts if isinstance(fact, Reviewed)]
            expected = [review for review in sent if review.radiograph_id == radiograph]
            for review in expected:
                if violation := self._find_violation(review, reviews):
                    yield review, violation
            for review_id in {fact.review_id for fact in reviews}:
                if review_id not in {review.review_id for review in expected}:
                    unknown = UnknownReview(radiograph_id=radiograph, review_id=review_id)
                    yield unknown, Violation.WRONG

    def _find_violation(self, sent: SentReview, reviews: Sequence[Reviewed]) -> Violation | None:
        facts = [fact for fact in reviews if fact.review_id == sent.review_id]
        if not facts:
            return Violation.LOST if sent.is_acknowledged else _find_refusal(sent)
        if len(facts) > 1:
            return Violation.DOUBLED
        if (facts[0].finding, facts[0].by) != (sent.request.finding, account_subject(DOCTOR)):
            return Violation.WRONG
        notes = self._stored.read_identity(sent.radiograph_id).get("notes", {})
        if notes.get(sent.review_id) != sent.request.note:
            return Violation.LOST
        return _find_refusal(sent)


def _find_refusal(sent: SentReview) -> Violation | None:
    """No review that was sent may be refused: each is a doctor's, of an answer. To be asked to try
    again later is no refusal.
    """
    refusals = set(range(HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR))
    refusals.remove(HTTPStatus.TOO_MANY_REQUESTS)
    return Violation.WRONG if refusals.intersection(sent.statuses) else None
