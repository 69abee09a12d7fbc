"""Threshold and uncertain band move with the probability that is shown."""

from dataclasses import replace

import pytest

from contracts.answers import Answer
from contracts.serialisation import parse
from tests.conftest import Golden
from ui.probability_scale import build_scale


@pytest.fixture
def answer(golden: Golden) -> Answer:
    return parse(Answer, golden("answer.json"))


def test_without_a_site_prevalence_the_marks_are_those_of_the_card(answer: Answer) -> None:
    scale = build_scale(answer)
    assert (scale.probability, scale.threshold, scale.low, scale.high) == (87.0, 50.0, 40.0, 60.0)


def test_a_site_prevalence_moves_the_marks_with_the_probability(answer: Answer) -> None:
    scale = build_scale(replace(answer, shown_probability=0.40, site_prevalence=True))
    assert scale.probability == 40.0
    # 0.87 -> 0.40 is -2.306 in log odds; so 0.5 becomes 0.0906.
    assert scale.threshold == pytest.approx(9.1, abs=0.05)
    assert scale.low < scale.threshold < scale.high < scale.probability


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_probabilities_of_0_and_1_have_a_finite_scale(answer: Answer, probability: float) -> None:
    scale = build_scale(replace(answer, probability=probability, shown_probability=probability))
    assert 0 <= scale.low <= scale.high <= 100
