"""A fact is the same before and after JSON, and identifies no patient."""

import json

import pytest

from contracts.facts import FACT_TYPES, Fact, Screened, UnknownFact
from contracts.later_values import is_unknown
from contracts.serialisation import MessageError, parse_fact, serialise
from tests.conftest import Golden

KINDS = ["created", "received", "screened", "rejected", "failed", "reviewed"]
KINDS += ["review_withdrawn", "answer_shown", "outcome_recorded", "age_corrected", "deleted"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_the_same_after_json(kind: str, golden: Golden) -> None:
    fields = golden(f"facts/{kind}.json")
    assert json.loads(json.dumps(serialise(parse_fact(fields)))) == fields


def test_every_kind_of_fact_has_a_golden_message() -> None:
    assert sorted(fact.kind for fact in Fact.__subclasses__()) == sorted([*KINDS, UnknownFact.kind])
    assert sorted(FACT_TYPES) == sorted(KINDS)


def test_a_fact_of_a_later_kind_keeps_its_place(golden: Golden) -> None:
    fact = parse_fact({**golden("facts/reviewed.json"), "kind": "second_opinion"})
    assert isinstance(fact, UnknownFact)
    assert fact.sequence == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_field_is_ignored(kind: str, golden: Golden) -> None:
    fields = golden(f"facts/{kind}.json")
    assert parse_fact({**fields, "later": {"a": 1}}) == parse_fact(fields)


@pytest.mark.parametrize(
    ("kind", "field"),
    [("rejected", "reason"), ("reviewed", "verdict"), ("reviewed", "finding")],
)
def test_a_later_value_is_kept_as_text(kind: str, field: str, golden: Golden) -> None:
    fields = {**golden(f"facts/{kind}.json"), field: "of_a_later_release"}
    fact = parse_fact(fields)
    assert is_unknown(getattr(fact, field))
    assert json.loads(json.dumps(serialise(fact))) == fields


@pytest.mark.parametrize(
    "change",
    [{"kind": 1}, {"at": "yesterday"}, {"at": "2026-11-23T08:00:00"}, {"by": 1}, {"sequence": "1"}],
)
def test_a_fact_of_another_form_is_refused(change: dict[str, object], golden: Golden) -> None:
    with pytest.raises(MessageError):
        parse_fact({**golden("facts/created.json"), **change})


@pytest.mark.parametrize("kind", ["created", "later"])
def test_a_fact_without_its_number_is_refused(kind: str, golden: Golden) -> None:
    fields = {**golden("facts/created.json"), "kind": kind}
    del fields["sequence"]
    with pytest.raises(MessageError, match="sequence"):
        parse_fact(fields)


def test_no_fact_holds_a_file_name_or_a_note(golden: Golden) -> None:
    names = {name for kind in KINDS for name in golden(f"facts/{kind}.json")}
    assert names.isdisjoint({"file_name", "note", "patient_id", "accession_number", "study_uid"})


def test_an_answer_keeps_its_types_through_json(golden: Golden) -> None:
    fact = parse_fact(golden("facts/screened.json"))
    assert isinstance(fact, Screened)
    assert fact.answer.decision.name == "PNEUMONIA"
    assert fact.answer.band == (0.4, 0.6)
