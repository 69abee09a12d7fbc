"""Blind readings: on a sample of films doctors state their finding before the answer is shown.

So their agreement with it is measured without its influence. A film is in the sample or not from
its screening on. Its answer is hidden from each doctor who has neither reviewed the film nor asked
for the answer.
"""

import hashlib
from dataclasses import replace

from contracts.access import Role, User
from contracts.record import Record

# Another key would draw another sample.
_KEY = b"blind reading"


def is_in_sample(radiograph_id: str, share: float) -> bool:
    """Whether the keyed hash of the id is in the share (0 to 1): the same whenever it is asked, and
    independent of other draws by the id.
    """
    digest = hashlib.blake2b(radiograph_id.encode(), key=_KEY, digest_size=8).digest()
    return int.from_bytes(digest) < share * 2**64


def has_seen_answer(record: Record, person: str) -> bool:
    """Whether a person was shown the answer. A review shows it, also one that was taken back."""
    reviews = (*record.reviews, *record.past_reviews)
    return person in record.shown_to or any(review.by == person for review in reviews)


def hides_answer(record: Record, user: User) -> bool:
    """Whether a user is to read the film before its answer. Administrators review no answers, so
    nothing is hidden from an account that is no doctor's.
    """
    is_blind = record.is_blind_sample and Role.DOCTOR in user.roles
    return is_blind and record.answer is not None and not has_seen_answer(record, user.subject)


def conceal_answer(record: Record, user: User) -> Record:
    """The record as a user may see it: where the answer is hidden, so is what others found, and
    what became known later.
    """
    if not hides_answer(record, user):
        return record
    return replace(record, answer=None, reviews=(), past_reviews=(), outcomes=())
