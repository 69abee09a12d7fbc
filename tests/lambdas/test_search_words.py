"""Case, accents, marks and order do not matter; three letters are enough to begin a word."""

import pytest

from contracts.patient import Patient
from lambdas.search_words import list_beginnings, list_words, split_words

WORDS = list_words(
    "IM000001.dcm",
    Patient(name="Müller-Weiß, José", patient_id="P-12.345", accession_number="A1234567"),
)


@pytest.mark.parametrize(
    "typed",
    [
        "muller",
        "MÜLLER",
        "mül",
        "weiss",
        "jose mul",
        "José Müller",
        "p-12.345",
        "P 12 345",
        "a123",
        "im000001.dcm",
        "im0",
    ],
)
def test_words_match(typed: str) -> None:
    assert split_words(typed)
    assert split_words(typed) <= list_beginnings(WORDS)


@pytest.mark.parametrize("typed", ["mu", "uller", "jose smith", "2345", "a12345678"])
def test_what_begins_no_word_does_not_match(typed: str) -> None:
    assert not split_words(typed) <= list_beginnings(WORDS)


def test_a_short_word_matches_as_a_whole() -> None:
    assert split_words("li") <= list_beginnings(list_words("", Patient(name="Li, Na")))


@pytest.mark.parametrize("typed", ["", " - ", ".dcm"])
def test_a_text_may_have_no_words(typed: str) -> None:
    assert split_words(typed) == frozenset()


def test_there_are_no_more_beginnings_than_letters() -> None:
    text = "abcdefghij " * 20
    assert len(list_beginnings(split_words(text))) <= len(text)
    assert list_beginnings({"abcde"}) == {"abc", "abcd", "abcde"}
