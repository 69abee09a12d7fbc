"""The adapter passes valid requests on unchanged and says what is wrong with the others."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from sagemaker_inference.inference import (
    MAX_INSTANCES,
    Context,
    RequestError,
    ServingError,
    input_handler,
    output_handler,
)
from tests.conftest import Golden

JSON = SimpleNamespace(request_content_type="application/json")
IMAGE = {"pixels": {"b64": "A" * 66_902 + "=="}}


def _handle(body: object, context: Context = JSON) -> object:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return json.loads(input_handler(io.BytesIO(content), context))


def test_the_golden_request_is_passed_on_unchanged(golden: Golden) -> None:
    request = golden("endpoint_request.json")
    assert _handle(request) == request


def test_the_golden_answer_is_passed_on_unchanged(golden: Golden) -> None:
    answer = json.dumps(golden("endpoint_response.json")).encode()
    response = SimpleNamespace(status_code=200, content=answer)
    assert output_handler(response, JSON) == (answer, "application/json")


def test_a_content_type_with_a_character_set_is_taken() -> None:
    context = SimpleNamespace(request_content_type="Application/JSON; charset=utf-8")
    assert _handle({"instances": [IMAGE]}, context) == {"instances": [IMAGE]}


def test_another_content_type_is_refused() -> None:
    context = SimpleNamespace(request_content_type="image/jpeg")
    with pytest.raises(RequestError, match="content type must be application/json"):
        _handle({"instances": [IMAGE]}, context)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        [],
        {},
        {"instances": "text"},
        {"instances": {"pixels": 1}},
        {"instances": [1]},
        {"instances": [{"pixels": "AAAA"}]},
        {"instances": [{"pixels": {"b64": 1}}]},
        {"instances": [{"pixels": {"b64": "A"}}]},
        {"instances": [{"pixels": {"b64": "not base64"}}]},
    ],
)
def test_another_form_is_refused_with_the_right_one(body: Any) -> None:
    with pytest.raises(RequestError, match="body must be"):
        _handle(body)


@pytest.mark.parametrize("count", [0, MAX_INSTANCES + 1])
def test_too_few_and_too_many_instances_are_refused(count: int) -> None:
    with pytest.raises(RequestError, match=f"not {count}"):
        _handle({"instances": [IMAGE] * count})


def test_an_instance_of_another_size_is_named() -> None:
    with pytest.raises(RequestError, match="Instance 1 has 3 bytes, not 50176"):
        _handle({"instances": [IMAGE, {"pixels": {"b64": "AAAA"}}]})


def test_a_refusal_of_tensorflow_serving_is_an_error_without_its_words() -> None:
    response = SimpleNamespace(status_code=400, content=b'{"error": "secret"}')
    with pytest.raises(ServingError, match=r"answered with status 400\.$"):
        output_handler(response, JSON)
