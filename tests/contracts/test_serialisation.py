"""JSON is read strictly: a wrong message is refused with the names of its wrong fields."""

import json
from typing import Any

import pytest

from contracts.answers import Answer
from contracts.api import Created, RadiographView, Worklist
from contracts.api_requests import CreateRequest
from contracts.facts import FACT_TYPES, Fact
from contracts.image import IMAGE_FIELDS, ImageDescription
from contracts.people import People
from contracts.record import Record
from contracts.serialisation import MessageError, parse, parse_fact, serialise
from tests.conftest import Golden

REQUEST = {"file_name": "thorax.png", "bytes": 1000}
MESSAGES: list[tuple[str, type[Any]]] = [
    ("answer.json", Answer),
    ("record.json", Record),
    ("radiograph.json", RadiographView),
    ("created.json", Created),
    ("worklist.json", Worklist),
    ("people.json", People),
]


@pytest.mark.parametrize(("name", "message_type"), MESSAGES)
def test_a_message_is_the_same_after_json(
    name: str, message_type: type[Any], golden: Golden
) -> None:
    fields = golden(name)
    message = parse(message_type, fields)
    assert json.loads(json.dumps(serialise(message))) == fields
    assert parse(message_type, serialise(message)) == message


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": True},
        {"bytes": "1000"},
        {"bytes": 1000.5},
        {"bytes": None},
        {"age_years": False},
        {"file_name": 1},
        {"file_name": ""},
        {"age_years": 121},
        {"patient": "Anna"},
    ],
)
def test_a_wrong_field_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(MessageError, match="not a CreateRequest"):
        parse(CreateRequest, {**REQUEST, **change})


def test_a_missing_field_is_named() -> None:
    with pytest.raises(MessageError, match=r"required field missing @ \$\.bytes"):
        parse(CreateRequest, {"file_name": "thorax.png"})


def test_an_error_does_not_quote_values(golden: Golden) -> None:
    with pytest.raises(MessageError) as refusal:
        parse(RadiographView, {**golden("radiograph.json"), "state": "Anna", "rows": "Anna"})
    assert "state" in str(refusal.value) and "rows" in str(refusal.value)
    assert "Anna" not in str(refusal.value)


@pytest.mark.parametrize("value", [None, True, 1, "x", [], [["bytes", 1]], {}, {"kind": []}])
@pytest.mark.parametrize("message_type", [CreateRequest, Record, Answer, Worklist])
def test_a_value_of_another_form_is_refused(value: object, message_type: type[object]) -> None:
    with pytest.raises(MessageError):
        parse(message_type, value)
    with pytest.raises(MessageError):
        parse_fact(value)


def test_an_unknown_field_is_ignored_only_on_request() -> None:
    fields = {**REQUEST, "later": 1}
    assert parse(CreateRequest, fields, accept_later=True) == CreateRequest(
        file_name="thorax.png", bytes=1000
    )
    with pytest.raises(MessageError, match="later"):
        parse(CreateRequest, fields)


def test_a_whole_number_is_taken_for_a_float(golden: Golden) -> None:
    answer = parse(Answer, {**golden("answer.json"), "logit": 2})
    assert (answer.logit, type(answer.logit)) == (2.0, float)


def test_an_image_description_lies_flat_in_json(golden: Golden) -> None:
    fields = golden("record.json")
    record = parse(Record, fields)
    assert record.image == ImageDescription(**{name: fields[name] for name in IMAGE_FIELDS})
    assert "image" not in serialise(record)


def test_a_nested_image_description_is_refused(golden: Golden) -> None:
    with pytest.raises(MessageError, match="flat fields"):
        parse(Record, {**golden("record.json"), "image": {}})


def test_a_record_without_an_image_description_holds_null(golden: Golden) -> None:
    empty = dict.fromkeys(IMAGE_FIELDS)
    record = parse(Record, {**golden("record.json"), **empty})
    assert record.image is None
    assert {name: serialise(record)[name] for name in IMAGE_FIELDS} == empty


@pytest.mark.parametrize("name", IMAGE_FIELDS)
def test_a_screened_fact_needs_each_field_of_its_image(name: str, golden: Golden) -> None:
    fields = golden("facts/screened.json")
    del fields[name]
    with pytest.raises(MessageError, match=name):
        parse_fact(fields)


@pytest.mark.parametrize("fact_type", FACT_TYPES.values())
def test_a_serialised_fact_begins_with_its_kind(fact_type: type[Fact], golden: Golden) -> None:
    fact = parse_fact(golden(f"facts/{fact_type.kind}.json"))
    assert next(iter(serialise(fact).items())) == ("kind", fact_type.kind)
