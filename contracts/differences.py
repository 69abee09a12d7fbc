"""Whether the doctors who reviewed a radiograph differ, and who may settle it."""

from collections.abc import Iterable
from typing import Protocol

from contracts.findings import Finding, has_pneumonia


class Review(Protocol):
    """A review that stands. `settles` names the reviews that it settles, by their `note_key`."""

    @property
    def by(self) -> str: ...

    @property
    def finding(self) -> Finding | None: ...

    @property
    def note_key(self) -> str: ...

    @property
    def settles(self) -> tuple[str, ...]: ...


def is_differing(reviews: Iterable[Review]) -> bool:
    """Whether one doctor finds pneumonia and another finds none: "no pneumonia", or a finding that
    is other than pneumonia.

    "Cannot tell", a finding of a later release, and a review of 0.1.0, which states no finding,
    differ from nothing. A review that a third person has settled no longer counts. That person's
    own review does: a later one that differs from it opens the question again.
    """
    reviews = tuple(reviews)
    settled = {note_key for review in reviews for note_key in review.settles}
    opinions = {has_pneumonia(each.finding) for each in reviews if each.note_key not in settled}
    return {True, False} <= opinions


def may_settle(reviews: Iterable[Review], person: str) -> bool:
    """Whether the reviews of the others differ, and `person` has taken no side."""
    reviews = tuple(reviews)
    own = [each for each in reviews if each.by == person and not each.settles]
    has_side = any(has_pneumonia(each.finding) is not None for each in own)
    return not has_side and is_differing(each for each in reviews if each.by != person)
