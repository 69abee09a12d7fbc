"""Every reason and state has its text, and no percentage claims certainty."""

from dataclasses import replace

import pytest

from contracts import texts
from contracts.answers import Answer, Caution, Decision, NotAssessed
from contracts.record import State
from contracts.rejections import Rejection
from contracts.serialisation import parse
from tests.conftest import Golden


@pytest.fixture
def answer(golden: Golden) -> Answer:
    return parse(Answer, golden("answer.json"))


def test_every_reason_has_its_sentence() -> None:
    assert set(texts.NOT_ASSESSED) == set(NotAssessed)
    assert set(texts.REJECTIONS) == set(Rejection)
    assert set(texts.CAUTIONS) == set(Caution)
    assert set(texts.DECISIONS) == set(Decision) - {Decision.NOT_ASSESSED}
    assert set(texts.STATES) == set(State) - {State.SCREENED}


@pytest.mark.parametrize("reason", Rejection)
def test_a_rejection_reads_whole_with_and_without_detail(reason: Rejection) -> None:
    for detail in ("", "JPEG Lossless"):
        sentence = texts.format_rejection(reason, detail)
        assert "{" not in sentence
        assert sentence.endswith(".")


def test_a_pdf_is_named() -> None:
    assert "(it looks like a PDF)" in texts.format_rejection(Rejection.NOT_A_PICTURE, "a PDF")


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "1 %"), (0.004, "1 %"), (0.874, "87 %"), (1.0, "99 %")]
)
def test_no_percentage_is_0_or_100(share: float, shown: str) -> None:
    assert texts.format_percent(share) == shown


def test_the_evidence_names_the_base_rate(answer: Answer) -> None:
    assert texts.format_evidence(answer) == (
        "Of 100 validation X-rays with a score like this, 91 had pneumonia, "
        "where 74 of 100 have it."
    )


def test_the_evidence_names_a_site_prevalence(answer: Answer) -> None:
    at_site = replace(answer, site_prevalence=True, prevalence=0.1, shown_probability=0.32)
    assert texts.format_evidence(at_site) == (
        "Where 10 of 100 X-rays show pneumonia, as set for your site, "
        "about 32 of 100 with a score like this have it."
    )


def test_too_few_seen_say_nothing_of_scores_like_this(answer: Answer) -> None:
    sentence = texts.format_evidence(replace(answer, like_this_per_100=None))
    assert sentence == "Calibrated where 74 of 100 X-rays show pneumonia."
