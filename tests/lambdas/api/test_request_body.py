"""A body that is not JSON in UTF-8 is refused in words, before Powertools reads it as a form."""

import base64
import json
from typing import Any

import pytest

from lambdas.api import handler
from tests.lambdas.calls import DOCTOR, TRACE_ID, Aws, Context


def call(method: str, path: str, **changes: Any) -> tuple[int, Any]:
    """The status and the parsed body of the response."""
    response = call_raw(method, path, **changes)
    return response["statusCode"], json.loads(response["body"])


def call_raw(method: str, path: str, **changes: Any) -> dict[str, Any]:
    """Calls the API function with an event of API Gateway's REST proxy integration."""
    event = {
        "resource": "/v1/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.removeprefix("/v1/")},
        "stageVariables": None,
        "requestContext": {
            "path": path,
            "stage": "test",
            "httpMethod": method,
            "requestId": "3f1e",
            "authorizer": {"claims": DOCTOR},
        },
        "body": None,
        "isBase64Encoded": False,
        **changes,
    }
    response: dict[str, Any] = handler.handler(event, Context())
    return response


def post(content: bytes, content_type: str | None, *, is_base64: bool = True) -> tuple[int, Any]:
    headers = {"Idempotency-Key": "k1", **({"Content-Type": content_type} if content_type else {})}
    return call(
        "POST",
        "/v1/radiographs",
        headers=headers,
        multiValueHeaders={name: [value] for name, value in headers.items()},
        body=base64.b64encode(content).decode() if is_base64 else content.decode(),
        isBase64Encoded=is_base64,
    )


VALID = json.dumps({"file_name": "thorax.png", "bytes": 1000}).encode()


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain; charset=utf-8", "image/png"]
)
def test_another_content_type_is_refused(aws: Aws, content_type: str) -> None:
    status, problem = post(b"file_name=thorax.png&bytes=1000", content_type)
    assert status == 415
    assert problem["reference"] == TRACE_ID
    assert "JSON" in problem["detail"]


@pytest.mark.parametrize("content_type", ["application/json", None])
def test_a_body_that_is_not_utf_8_is_refused(aws: Aws, content_type: str | None) -> None:
    status, problem = post(b'{"file_name": "\xff\xfe", "bytes": 1}', content_type)
    assert status in (400, 422)
    assert "UTF-8" in problem["detail"]


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"file_name": "a", "bytes": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"file_name": "a", "bytes": ' + b"9" * 5_000 + b"}",
        b'{"more": ' + b"1" * 5_000 + b"}",
    ],
    ids=["arrays", "objects", "a nested value", "a long number", "a long number in another field"],
)
def test_more_levels_or_digits_than_python_parses_are_refused(aws: Aws, content: bytes) -> None:
    status, problem = post(content, "application/json")
    assert status == 422
    assert "too many" in problem["detail"]


@pytest.mark.parametrize(
    ("content_type", "is_base64"),
    [("application/json", True), ("application/json; charset=utf-8", False), (None, True)],
)
def test_json_is_read_with_or_without_its_content_type(
    aws: Aws, content_type: str | None, *, is_base64: bool
) -> None:
    status, created = post(VALID, content_type, is_base64=is_base64)
    assert status == 201
    assert created["radiograph"]["file_name"] == "thorax.png"


def test_an_unknown_address_is_a_problem_as_any_other(aws: Aws) -> None:
    status, problem = call("GET", "/v1/nowhere")
    assert (status, problem["detail"]) == (404, "There is no such address.")
