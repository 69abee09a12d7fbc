"""Facts say the same before and after JSON, and name nobody."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.facts import Fact, Screened, parse_fact

KINDS = ["created", "received", "screened", "rejected", "failed", "reviewed", "deleted"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_the_same_after_json(kind: str, golden: Callable[[str], Any]) -> None:
    fields = golden(f"facts/{kind}.json")
    assert json.loads(json.dumps(parse_fact(fields).to_json())) == fields


def test_every_kind_of_fact_has_a_golden_message() -> None:
    assert sorted(kind.kind for kind in Fact.__subclasses__()) == sorted(KINDS)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        parse_fact({"kind": "rumoured"})


def test_a_fact_with_an_unknown_field_is_refused(golden: Callable[[str], Any]) -> None:
    with pytest.raises(TypeError):
        parse_fact({**golden("facts/created.json"), "file_name": "anna.dcm"})


def test_no_fact_holds_a_file_name_or_a_note(golden: Callable[[str], Any]) -> None:
    held = {name for kind in KINDS for name in golden(f"facts/{kind}.json")}
    assert held.isdisjoint({"file_name", "note", "patient_id", "accession_number", "study_uid"})


def test_an_answer_keeps_its_types_through_json(golden: Callable[[str], Any]) -> None:
    fact = parse_fact(golden("facts/screened.json"))
    assert isinstance(fact, Screened)
    assert fact.answer.decision.name == "PNEUMONIA"
    assert fact.answer.band == (0.4, 0.6)
