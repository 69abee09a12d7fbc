"""Numbers as doctors read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.answers import Answer
from tests.conftest import Golden
from ui.presentation import ago, exact, megabytes, scale


@pytest.fixture
def answer(golden: Golden) -> Answer:
    return Answer.from_json(golden("answer.json"))


def test_without_a_site_prevalence_the_marks_stand_where_they_were_chosen(answer: Answer) -> None:
    at = scale(answer)
    assert (at.probability, at.threshold, at.low, at.high) == (87.0, 50.0, 40.0, 60.0)


def test_a_site_prevalence_moves_the_marks_with_the_probability(answer: Answer) -> None:
    at = scale(replace(answer, shown_probability=0.40, site_prevalence=True))
    assert at.probability == 40.0
    # 0.87 -> 0.40 is -2.306 in log odds; so 0.5 becomes 0.0906.
    assert at.threshold == pytest.approx(9.1, abs=0.05)
    assert at.low < at.threshold < at.high < at.probability


@pytest.mark.parametrize("sure", [0.0, 1.0])
def test_no_probability_is_too_sure_to_be_drawn(answer: Answer, sure: float) -> None:
    at = scale(replace(answer, probability=sure, shown_probability=sure))
    assert 0 <= at.low <= at.high <= 100


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s ago"), (12, "12 s ago"), (125, "2 min ago"), (7300, "2 h ago"), (90000, "1 d ago")],
)
def test_times_are_said_as_a_colleague_would(seconds: int, said: str) -> None:
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    assert ago(at.isoformat()) == said


def test_exact_times_name_their_zone() -> None:
    assert exact("2026-11-23T08:00:01.700Z") == "23 Nov 2026, 08:00:01 UTC"


@pytest.mark.parametrize(
    ("size", "said"), [(7_800_000, "7.8 MB"), (120_582, "0.1 MB"), (24_000, "0.02 MB")]
)
def test_sizes_are_megabytes(size: int, said: str) -> None:
    assert megabytes(size) == said
