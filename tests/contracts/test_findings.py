"""A finding and an answer are compared where both say whether there is pneumonia."""

from dataclasses import replace

import pytest

from contracts.answers import Answer, Decision
from contracts.findings import Finding, Verdict, compare
from contracts.later_values import parse_value
from contracts.serialisation import parse
from tests.conftest import Golden

AGREE, DISAGREE, NEITHER = Verdict
P, NONE, UNCERTAIN, NOT_ASSESSED = Decision


@pytest.mark.parametrize(
    ("finding", "decision", "verdict"),
    [
        (Finding.PNEUMONIA, P, AGREE),
        (Finding.PNEUMONIA, NONE, DISAGREE),
        (Finding.PNEUMONIA, UNCERTAIN, NEITHER),
        (Finding.NO_PNEUMONIA, P, DISAGREE),
        (Finding.NO_PNEUMONIA, NONE, AGREE),
        (Finding.NO_PNEUMONIA, NOT_ASSESSED, NEITHER),
        (Finding.OTHER, P, DISAGREE),
        (Finding.OTHER, NONE, AGREE),
        (Finding.CANNOT_TELL, P, NEITHER),
        (Finding.CANNOT_TELL, UNCERTAIN, NEITHER),
        (parse_value(Finding, "of_a_later_release"), P, NEITHER),
    ],
)
def test_agreement_follows_from_the_finding(
    finding: Finding, decision: Decision, verdict: Verdict, golden: Golden
) -> None:
    answer = replace(parse(Answer, golden("answer.json")), decision=decision)
    assert compare(finding, answer) is verdict
