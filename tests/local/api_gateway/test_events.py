"""Requests become events of the documented form, and answers of functions become HTTP."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from local.api_gateway.events import (
    MalformedAnswerError,
    Route,
    build_event,
    format_claims,
    parse_answer,
)
from local.http_server import Request

API, PAGE = Route(base="/v1/"), Route(base="/")
EVENTS = Path(__file__).parent / "events"

TOKEN_CLAIMS = {
    "sub": "5f0c1f6e-8a35-4c1f-9a1c-2f6d2b9f1c11",
    "email": "doctor@north.example",
    "email_verified": True,
    "token_use": "id",
    "auth_time": 1583349317,
    "cognito:groups": ["siteNorth", "doctor"],
    "exp": 1583352917,
    "iat": 1583349317,
}
TRACE = ("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678")
HEADERS = [
    ("Host", "localhost:8000"),
    ("Accept", "application/json"),
    ("Accept", "text/html"),
    ("Authorization", "Bearer abc.def.ghi"),
    ("Content-Type", "application/json"),
    ("Idempotency-Key", "one"),
    ("User-Agent", "a browser"),
    TRACE,
]
# These fields differ with each request; all others are compared exactly.
VOLATILE = ("extendedRequestId", "requestId", "requestTime", "requestTimeEpoch")


def build_request(
    method: str = "GET",
    target: str = "/",
    *,
    headers: list[tuple[str, str]] | None = None,
    body: bytes = b"",
) -> Request:
    headers = headers if headers is not None else [("Host", "localhost:8000"), TRACE]
    return Request(method=method, target=target, headers=headers, body=body, source_ip="192.0.2.1")


def without_volatile(event: dict[str, Any]) -> dict[str, Any]:
    """Replaces the fields that differ with each request by their types."""
    context = event["requestContext"]
    types = {name: type(context.pop(name)) for name in VOLATILE}
    traces = [event["headers"].pop("X-Amzn-Trace-Id")[:7]]
    traces += [trace[:7] for trace in event["multiValueHeaders"].pop("X-Amzn-Trace-Id")]
    return {**event, "types": types, "traces": traces}


def read_documented(name: str) -> dict[str, Any]:
    return without_volatile(json.loads((EVENTS / name).read_text()))


def test_a_call_of_the_api_has_the_documented_form() -> None:
    event = build_event(
        build_request(
            "POST",
            "/v1/radiographs?filter=all&filter=to%20review&wait=2",
            headers=HEADERS,
            body=b'{"file_name": "a.jpeg"}',
        ),
        API,
        claims=format_claims(TOKEN_CLAIMS),
    )
    assert without_volatile(event) == read_documented("api_request.json")


def test_a_call_of_the_page_has_the_documented_form() -> None:
    assert without_volatile(build_event(build_request(), PAGE, claims=None)) == read_documented(
        "page_request.json"
    )


def test_path_parameters_are_decoded_and_the_path_is_not() -> None:
    event = build_event(build_request(target="/v1/a%20b/c"), API, claims={})
    assert event["path"] == "/v1/a%20b/c"
    assert event["pathParameters"] == {"proxy": "a b/c"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"name": "Röntgen"}'.encode()),
        ("application/x-www-form-urlencoded", b"a=1"),
        ("image/png", b"\x89PNG"),
    ],
)
def test_a_body_travels_as_base64_whatever_it_is(content_type: str, body: bytes) -> None:
    event = build_event(
        build_request("POST", headers=[("Content-Type", content_type)], body=body),
        PAGE,
        claims=None,
    )
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (body, True)


def test_no_body_is_none() -> None:
    event = build_event(build_request(), PAGE, claims=None)
    assert (event["body"], event["isBase64Encoded"]) == (None, False)


def test_a_stage_without_a_domain_stands_in_the_context_and_not_in_the_path() -> None:
    event = build_event(build_request(target="/v1/model"), API, claims={}, prefix="/dev")
    context = event["requestContext"]
    assert event["path"] == "/v1/model"
    assert (context["path"], context["stage"]) == ("/dev/v1/model", "dev")


def test_each_of_several_cookies_reaches_the_client() -> None:
    answer = {"statusCode": 302, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    response = parse_answer(json.dumps(answer).encode())
    assert response.headers == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


def test_a_header_that_is_given_both_ways_is_sent_once() -> None:
    answer = {
        "statusCode": 200,
        "headers": {"Set-Cookie": "a=1", "Vary": "Cookie"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
    }
    names = [name for name, _ in parse_answer(json.dumps(answer).encode()).headers]
    assert names == ["Set-Cookie", "Set-Cookie", "Vary"]


def test_headers_that_the_gateway_speaks_for_itself_are_renamed() -> None:
    answer = {"statusCode": 200, "headers": {"Content-Length": "9", "Transfer-Encoding": "x"}}
    response = parse_answer(json.dumps(answer).encode())
    assert response.headers == [("x-amzn-Remapped-Content-Length", "9")]


def test_a_binary_answer_comes_back_byte_for_byte() -> None:
    image = bytes(range(256))
    body = base64.b64encode(image).decode()
    answer = {"statusCode": 200, "body": body, "isBase64Encoded": True}
    assert parse_answer(json.dumps(answer).encode()).body == image


@pytest.mark.parametrize(
    "payload",
    [b"null", b"[]", b"{}", b"not json", b'{"statusCode": "x"}', b'{"statusCode": 200, "body": 1}'],
)
def test_an_answer_of_another_form_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedAnswerError):
        parse_answer(payload)
