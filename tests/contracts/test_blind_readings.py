"""A stable sample of films asks doctors for a reading before it shows them the answer."""

from dataclasses import replace

import pytest

from contracts import keys
from contracts.access import Role, User
from contracts.blind_readings import conceal_answer, hides_answer, is_in_sample
from contracts.limits import MAX_BLIND_SHARE
from contracts.record import Record
from contracts.reviews import withdraw_review
from contracts.serialisation import parse
from contracts.worklist_filters import Filter, find_filters, is_shown
from contracts.worklist_order import build_entry
from tests.conftest import Golden

IDS = [keys.radiograph_id("siteNorth", str(number)) for number in range(20_000)]
REVIEWER = "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11"


def user(subject: str, *roles: Role) -> User:
    return User(subject=subject, name="", site="siteNorth", roles=frozenset(roles))


DOCTOR = user("somebody", Role.DOCTOR)


@pytest.fixture
def film(golden: Golden) -> Record:
    """A film of the sample that one doctor has read."""
    return replace(parse(Record, golden("record.json")), is_blind_sample=True)


@pytest.fixture
def unread_film(film: Record) -> Record:
    return replace(film, reviews=())


@pytest.mark.parametrize("share", [0.02, MAX_BLIND_SHARE])
def test_the_sample_has_the_share_of_the_films(share: float) -> None:
    count = sum(is_in_sample(each, share) for each in IDS)
    # Five standard deviations of a binomial distribution.
    assert abs(count - share * len(IDS)) < 5 * (share * (1 - share) * len(IDS)) ** 0.5


def test_no_share_is_no_sample_and_a_larger_one_keeps_the_smaller() -> None:
    assert not any(is_in_sample(each, 0) for each in IDS)
    small = {each for each in IDS if is_in_sample(each, 0.02)}
    assert small < {each for each in IDS if is_in_sample(each, 0.05)}


def test_the_answer_is_hidden_from_each_doctor_until_a_reading(film: Record) -> None:
    assert hides_answer(film, DOCTOR)
    assert not hides_answer(film, user(REVIEWER, Role.DOCTOR))
    assert not hides_answer(film, user("somebody", Role.ADMINISTRATOR))
    assert hides_answer(film, user("somebody", Role.ADMINISTRATOR, Role.DOCTOR))
    assert not hides_answer(replace(film, shown_to=("somebody",)), DOCTOR)
    assert not hides_answer(replace(film, is_blind_sample=False), DOCTOR)


def test_a_review_that_was_taken_back_has_shown_the_answer(film: Record) -> None:
    [review] = film.reviews
    reviews, past = withdraw_review(film.reviews, (), review_id=review.note_key)
    film = replace(film, reviews=reviews, past_reviews=past)
    assert not hides_answer(film, user(REVIEWER, Role.DOCTOR))


def test_nothing_of_others_tells_a_hidden_answer(film: Record) -> None:
    seen = conceal_answer(film, DOCTOR)
    assert (seen.answer, seen.reviews, seen.past_reviews, seen.outcomes) == (None, (), (), ())
    assert conceal_answer(film, user(REVIEWER, Role.DOCTOR)) is film


def test_no_list_of_a_decision_has_a_film_that_nobody_has_read(
    film: Record, unread_film: Record
) -> None:
    assert find_filters(unread_film) == {Filter.TO_REVIEW}
    assert find_filters(film) == {Filter.PNEUMONIA}
    assert find_filters(replace(unread_film, shown_to=("x",))) == {
        Filter.TO_REVIEW,
        Filter.PNEUMONIA,
    }


def test_the_list_of_a_decision_shows_a_film_to_who_has_read_it(film: Record) -> None:
    assert is_shown(film, Filter.PNEUMONIA, user(REVIEWER, Role.DOCTOR))
    assert not is_shown(film, Filter.PNEUMONIA, DOCTOR)
    assert is_shown(film, Filter.ALL, DOCTOR)


def test_the_place_of_a_film_tells_no_answer_and_is_never_later(unread_film: Record) -> None:
    def entry(record: Record, *, is_blind_sample: bool) -> str:
        return build_entry(
            Filter.TO_REVIEW,
            record.created_at,
            record.radiograph_id,
            answer=record.answer,
            is_blind_sample=is_blind_sample,
        )

    blind = entry(unread_film, is_blind_sample=True)
    # The golden answer is pneumonia, which is due at once.
    assert blind == entry(unread_film, is_blind_sample=False)
    assert blind == entry(replace(unread_film, answer=None), is_blind_sample=True)
