"""Whether a reviewed radiograph shows pneumonia, by the best evidence that its record holds.

An outcome counts more than an adjudication, and that more than two readers who agree, or one
reader. Where outcomes or readers differ there is no label.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contracts.answers import Answer, Caution, Decision, Population
from contracts.differences import is_differing
from contracts.findings import Verdict, has_pneumonia
from contracts.outcomes import Outcome
from contracts.record import Record, State
from contracts.reviews import Review


class LabelSource(StrEnum):
    """What a label rests on, the best first."""

    OUTCOME = "outcome"
    ADJUDICATION = "adjudication"
    TWO_READERS = "two_readers"
    ONE_READER = "one_reader"


class NoLabel(StrEnum):
    """Why a radiograph has no label."""

    NO_ANSWER = "no_answer"
    NO_REVIEW = "no_review"
    NOT_CONCLUSIVE = "not_conclusive"
    READERS_DIFFER = "readers_differ"
    OUTCOMES_DIFFER = "outcomes_differ"


@dataclass(frozen=True, kw_only=True)
class Label:
    """`readers` are the subjects of the doctors whose reviews give the label, none for an outcome.

    `is_blind`: one of them had not been shown the answer. `at` is when the evidence was complete.
    """

    has_pneumonia: bool
    source: LabelSource
    readers: tuple[str, ...] = ()
    is_blind: bool = False
    at: str


def find_label(record: Record) -> Label | NoLabel:
    """The label of a radiograph, or why it has none."""
    if record.state is not State.SCREENED or record.answer is None:
        return NoLabel.NO_ANSWER
    outcomes = [each for each in record.outcomes if has_pneumonia(each.finding) is not None]
    if outcomes:
        return _find_label_of_outcomes(outcomes)
    if not record.reviews:
        return NoLabel.NO_REVIEW
    return _find_label_of_reviews(record.reviews, record.answer)


def is_childs_answer(answer: Answer) -> bool:
    """Whether the model is valid for the patient by the numbers of children. Releases before 0.2
    had no others; a site may show answers for other ages, which do not count.
    """
    is_child = answer.population in (None, Population.CHILD)
    return is_child and Caution.AGE_OUTSIDE not in answer.cautions


def _find_label_of_outcomes(outcomes: Iterable[Outcome]) -> Label | NoLabel:
    *earlier, last = sorted(outcomes, key=lambda outcome: outcome.at)
    label = has_pneumonia(last.finding)
    if label is None or any(has_pneumonia(each.finding) != label for each in earlier):
        return NoLabel.OUTCOMES_DIFFER
    return Label(has_pneumonia=label, source=LabelSource.OUTCOME, at=last.at)


def _find_label_of_reviews(reviews: Iterable[Review], answer: Answer) -> Label | NoLabel:
    reviews = tuple(reviews)
    settled = {note_key for review in reviews for note_key in review.settles}
    opinions = {
        review: opinion
        for review in reviews
        if review.note_key not in settled and (opinion := _find_opinion(review, answer)) is not None
    }
    if not opinions:
        return NoLabel.NOT_CONCLUSIVE
    if is_differing(reviews) or len(set(opinions.values())) > 1:
        return NoLabel.READERS_DIFFER
    adjudications = [review for review in opinions if review.settles]
    readers = {review.by: review for review in adjudications or opinions}
    source = LabelSource.TWO_READERS if len(readers) > 1 else LabelSource.ONE_READER
    return Label(
        has_pneumonia=any(opinions.values()),
        source=LabelSource.ADJUDICATION if adjudications else source,
        readers=tuple(readers),
        is_blind=any(review.is_blind for review in readers.values()),
        at=max(review.at for review in readers.values()),
    )


def _find_opinion(review: Review, answer: Answer) -> bool | None:
    """A review of 0.1.0 agrees or disagrees with the decision and states no finding."""
    if review.finding is not None:
        return has_pneumonia(review.finding)
    if answer.decision not in (Decision.PNEUMONIA, Decision.NO_PNEUMONIA):
        return None
    if review.verdict not in (Verdict.AGREE, Verdict.DISAGREE):
        return None
    return (answer.decision == Decision.PNEUMONIA) == (review.verdict == Verdict.AGREE)
