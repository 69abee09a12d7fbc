"""Every reason and state has its text, and no percentage claims certainty."""

import re
from dataclasses import replace

import pytest

from contracts import evidence_texts, file_texts, texts
from contracts.answers import Answer, Caution, Decision, NotAssessed, Population
from contracts.record import State
from contracts.rejections import Rejection
from contracts.serialisation import parse
from tests.conftest import Golden


@pytest.fixture
def answer(golden: Golden) -> Answer:
    return parse(Answer, golden("answer.json"))


def test_every_reason_has_its_sentence() -> None:
    assert set(texts.NOT_ASSESSED) == set(NotAssessed)
    assert set(file_texts.REJECTIONS) == set(Rejection)
    assert set(texts.CAUTIONS) == set(Caution)
    assert set(texts.DECISIONS) == set(Decision) - {Decision.NOT_ASSESSED}
    assert set(texts.STATES) == set(State) - {State.SCREENED}


@pytest.mark.parametrize("population", [*Population, None])
@pytest.mark.parametrize("reason", NotAssessed)
def test_a_reason_reads_whole(
    answer: Answer, reason: NotAssessed, population: Population | None
) -> None:
    withheld = replace(answer, decision=Decision.NOT_ASSESSED, reason=reason, population=population)
    sentence = texts.format_decision(withheld)
    assert "{" not in sentence and "None" not in sentence
    assert sentence.endswith(".")


def test_a_population_that_is_not_valid_is_named(answer: Answer) -> None:
    reason = NotAssessed.POPULATION_NOT_VALID
    withheld = replace(answer, decision=Decision.NOT_ASSESSED, reason=reason)
    for population, name in ((Population.ADULT, "adults"), (None, "this group of patients")):
        sentence = texts.format_decision(replace(withheld, population=population))
        assert f"for {name}, this model has not reached what its own rule asks" in sentence


def test_a_stored_answer_names_no_ages_of_todays_card() -> None:
    for sentence in (*texts.NOT_ASSESSED.values(), *texts.CAUTIONS.values()):
        assert not re.search(r"\d+ (to \d+ )?years", sentence)


@pytest.mark.parametrize("reason", Rejection)
def test_a_rejection_reads_whole_with_and_without_detail(reason: Rejection) -> None:
    for detail in ("", "JPEG Lossless"):
        sentence = file_texts.format_rejection(reason, detail)
        assert "{" not in sentence
        assert sentence.endswith(".")


def test_a_pdf_is_named() -> None:
    assert "(it looks like a PDF)" in file_texts.format_rejection(Rejection.NOT_A_PICTURE, "a PDF")


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "< 1 %"),
        (0.004, "< 1 %"),
        (0.005, "1 %"),
        (0.874, "87 %"),
        (0.995, "99 %"),
        (1.0, "> 99 %"),
    ],
)
def test_no_percentage_is_0_or_100(share: float, shown: str) -> None:
    assert evidence_texts.format_percent(share) == shown


def test_the_evidence_names_the_base_rate_and_the_films(answer: Answer) -> None:
    assert evidence_texts.format_evidence(answer) == (
        "Where 74 of 100 X-rays show pneumonia, about 91 of 100 with a score like this have it. "
        "546 validation X-rays had such a score."
    )


def test_the_evidence_names_a_site_prevalence(answer: Answer) -> None:
    at_site = replace(answer, site_prevalence=True, prevalence=0.1, like_this_per_100=32)
    assert evidence_texts.format_evidence(at_site) == (
        "Where 10 of 100 X-rays show pneumonia, as set for your site, "
        "about 32 of 100 with a score like this have it. "
        "546 validation X-rays had such a score."
    )


@pytest.mark.parametrize("share", [0.0, 0.001, 0.999, 1.0])
def test_the_evidence_never_says_0_or_100_of_100(answer: Answer, share: float) -> None:
    at_site = replace(
        answer, site_prevalence=True, prevalence=share, like_this_per_100=round(100 * share)
    )
    words = "fewer than 1 of 100" if share < 0.5 else "more than 99 of 100"
    assert evidence_texts.format_evidence(at_site) == (
        f"Where {words} X-rays show pneumonia, as set for your site, {words} with a score like "
        "this have it. 546 validation X-rays had such a score."
    )


@pytest.mark.parametrize("per_100", [None, 91])
def test_too_few_films_say_nothing_of_scores_like_this(answer: Answer, per_100: int | None) -> None:
    """An answer of a release before 0.2 does not hold how many films there were."""
    unknown = replace(answer, like_this_per_100=per_100, like_this_radiographs=None)
    assert (
        evidence_texts.format_evidence(unknown)
        == "Calibrated where 74 of 100 X-rays show pneumonia."
    )
    at_site = replace(unknown, site_prevalence=True, prevalence=0.1)
    assert evidence_texts.format_evidence(at_site) == (
        "Calibrated where 10 of 100 X-rays show pneumonia, as set for your site."
    )
