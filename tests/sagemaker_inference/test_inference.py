"""The adapter passes valid requests on unchanged and says what is wrong with the others."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cdk import serving
from contracts.queue import BATCH_SIZE
from local.sagemaker.container import load_inference
from sagemaker_inference import inference
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


def test_the_limit_is_that_of_tensorflow_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses a call that is larger than a batch, after all of its instances have arrived."""
    environment = serving.environment(max_concurrent_calls=50)
    monkeypatch.setenv(*(name := "SAGEMAKER_TFS_MAX_BATCH_SIZE", environment[name]))
    assert load_inference(Path(str(inference.__file__))).MAX_INSTANCES == serving.MAX_BATCH
    assert serving.MAX_BATCH >= BATCH_SIZE


def test_a_refusal_is_an_error_of_the_containers_framework(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stand-in of falcon, which only the container has: its class has these three arguments."""

    class HTTPError(Exception):
        def __init__(self, status: str, *, title: str, description: str) -> None:
            self.fields = (status, title, description)
            self.description = description

    monkeypatch.setitem(sys.modules, "falcon", SimpleNamespace(HTTPError=HTTPError))
    module = load_inference(Path(str(inference.__file__)))
    with pytest.raises(HTTPError) as raised:
        module.input_handler(io.BytesIO(b"pixels"), JSON)
    status, title, description = raised.value.fields
    assert (status, title) == ("400 Bad Request", "Bad Request")
    assert str(raised.value) == description
    assert description.startswith("The body must be")


def test_an_instance_of_another_size_is_named() -> None:
    with pytest.raises(RequestError, match="Instance 1 has 3 bytes, not 50176"):
        _handle({"instances": [IMAGE, {"pixels": {"b64": "AAAA"}}]})


def test_a_refusal_of_tensorflow_serving_is_an_error_without_its_words() -> None:
    response = SimpleNamespace(status_code=400, content=b'{"error": "secret"}')
    with pytest.raises(ServingError, match=r"answered with status 400\.$"):
        output_handler(response, JSON)
