"""A fact is the same before and after JSON, and identifies no patient."""

import json

import pytest

from contracts.facts import FACT_TYPES, Fact, Screened
from contracts.serialisation import MessageError, parse_fact, serialise
from tests.conftest import Golden

KINDS = ["created", "received", "screened", "rejected", "failed", "reviewed", "deleted"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_the_same_after_json(kind: str, golden: Golden) -> None:
    fields = golden(f"facts/{kind}.json")
    assert json.loads(json.dumps(serialise(parse_fact(fields)))) == fields


def test_every_kind_of_fact_has_a_golden_message() -> None:
    assert sorted(fact.kind for fact in Fact.__subclasses__()) == sorted(KINDS)
    assert sorted(FACT_TYPES) == sorted(KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(MessageError, match="kind"):
        parse_fact({"kind": "rumoured"})


def test_a_fact_with_an_unknown_field_is_refused(golden: Golden) -> None:
    with pytest.raises(MessageError, match="file_name"):
        parse_fact({**golden("facts/created.json"), "file_name": "anna.dcm"})


def test_no_fact_holds_a_file_name_or_a_note(golden: Golden) -> None:
    names = {name for kind in KINDS for name in golden(f"facts/{kind}.json")}
    assert names.isdisjoint({"file_name", "note", "patient_id", "accession_number", "study_uid"})


def test_an_answer_keeps_its_types_through_json(golden: Golden) -> None:
    fact = parse_fact(golden("facts/screened.json"))
    assert isinstance(fact, Screened)
    assert fact.answer.decision.name == "PNEUMONIA"
    assert fact.answer.band == (0.4, 0.6)
