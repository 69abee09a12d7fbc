"""The pydantic models of requests are the messages of the contract, with the same limits."""

import dataclasses
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts import api_requests
from lambdas.api import request_models

PAIRS = [
    (request_models.CreateRequest, api_requests.CreateRequest),
    (request_models.ReviewRequest, api_requests.ReviewRequest),
    (request_models.SearchRequest, api_requests.SearchRequest),
    (request_models.SettingsRequest, api_requests.SettingsRequest),
    (request_models.RestoreRequest, api_requests.RestoreRequest),
]
VALID = {"file_name": "thorax.png", "bytes": 1000}


@pytest.mark.parametrize(("model", "message"), PAIRS)
def test_a_model_is_its_message_with_no_field_more(model: type[Any], message: type[Any]) -> None:
    assert issubclass(model, message)
    assert (model.__name__, model.__doc__) == (message.__name__, message.__doc__)
    assert [field.name for field in dataclasses.fields(model)] == [
        field.name for field in dataclasses.fields(message)
    ]


@pytest.mark.parametrize(
    ("change", "field", "text"),
    [
        ({"file_name": ""}, "file_name", "at least 1 character"),
        ({"file_name": "a" * 256}, "file_name", "at most 255 characters"),
        ({"bytes": 52_428_801}, "bytes", "less than or equal to 52428800"),
        ({"bytes": -1}, "bytes", "greater than or equal to 0"),
        ({"bytes": "1000"}, "bytes", "valid integer"),
        ({"bytes": True}, "bytes", "valid integer"),
        ({"age_years": 121}, "age_years", "less than or equal to 120"),
        ({"age_years": False}, "age_years", "valid integer"),
    ],
)
def test_an_error_names_the_field_and_its_limit(
    change: dict[str, object], field: str, text: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(request_models.CreateRequest).validate_python({**VALID, **change})
    [error] = refusal.value.errors()
    assert error["loc"][0] == field
    assert text in error["msg"]


def test_an_integer_may_be_written_as_a_float() -> None:
    request = TypeAdapter(request_models.CreateRequest).validate_python({**VALID, "bytes": 1000.0})
    assert request == request_models.CreateRequest(file_name="thorax.png", bytes=1000)
