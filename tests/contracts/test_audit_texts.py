"""Each kind of fact has a sentence in the audit trail."""

import pytest

from contracts.audit import build_event
from contracts.audit_texts import _LATER, format_event
from contracts.facts import FACT_TYPES
from contracts.language import use_language
from contracts.serialisation import parse_fact
from contracts.sites import find_problem
from languages.catalogues import Catalogues
from tests.conftest import Golden

SENTENCES = {
    "created": "Announced a file of 120,582 bytes, 3 years",
    "screened": (
        "Analysed, 3 years: Pneumonia detected, 87 % (model default-0123abcd, settings version 3)"
    ),
    "failed": "The last try to analyse it began, after the tries before had failed",
    "review_withdrawn": "Took a review back",
    "answer_shown": "Had the answer shown without a reading before",
    "outcome_recorded": "Recorded an outcome: no pneumonia (CT, 2026-11-25)",
    "deleted": "Deleted it: it is another patient's film",
}


@pytest.mark.parametrize("kind", FACT_TYPES)
def test_a_fact_has_a_sentence_of_its_own(kind: str, golden: Golden) -> None:
    fact = parse_fact(golden(f"facts/{kind}.json"))
    sentence = format_event(build_event(fact, name="Ada Nord"))
    assert sentence == SENTENCES.get(kind, sentence)
    assert sentence != _LATER and not sentence.endswith(".")


def test_a_review_of_the_first_release_states_a_verdict_alone(golden: Golden) -> None:
    fields = golden("facts/reviewed.json") | {"finding": None, "verdict": "agree"}
    assert format_event(build_event(parse_fact(fields))) == "Reviewed: agreed"


def test_a_blind_reading_is_told_apart(golden: Golden) -> None:
    fact = parse_fact(golden("facts/reviewed.json") | {"is_blind": True})
    sentence = format_event(build_event(fact))
    assert sentence == "Reviewed before the answer was shown: pneumonia, as the answer"


def test_numbers_are_those_of_the_language(golden: Golden) -> None:
    event = build_event(parse_fact(golden("facts/created.json")))
    with use_language(Catalogues().load("es").language):
        assert "120.582 bytes" in format_event(event)
        assert "0,25" in str(find_problem(0.1, slope=9, offset=0))
    assert "0.25 to 4;" in str(find_problem(0.1, slope=9, offset=0))
    assert "-4 to 4;" in str(find_problem(0.1, slope=1, offset=99))


def test_what_a_later_release_adds_is_said_to_be_unknown(golden: Golden) -> None:
    fields = golden("facts/failed.json") | {"kind": "moved"}
    assert format_event(build_event(parse_fact(fields))) == _LATER
