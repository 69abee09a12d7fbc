"""The description of the API is what its routes say, and the running system is what it says."""

import json
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, unsupported_method

from deploy.openapi import DOCUMENT, build_document
from tests.running_system import RunningSystem

SCHEMA = schemathesis.openapi.from_dict(build_document())


def test_the_committed_description_is_the_one_of_the_routes() -> None:
    assert json.loads(DOCUMENT.read_text()) == build_document(), "make openapi writes it anew"


@pytest.fixture(scope="module")
def south(system: RunningSystem) -> dict[str, str]:
    """A doctor of a site that no other test counts."""
    return system.auth_headers("doctor@south.example")


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_route_does_what_the_description_says(
    case: schemathesis.Case[Any], system: RunningSystem, south: dict[str, str]
) -> None:
    """The real API Gateway refuses a method with 403, where this would have 405; and what the
    description does not name in an address is left alone, and not refused.
    """
    if case.headers and case.meta and case.meta.generation.mode.is_positive:
        # One key is one file.
        case.headers["idempotency-key"] = str(uuid4())
        if isinstance(case.body, dict) and "settles" in case.body:
            case.body["settles"] = False  # It depends on the finding, which only words describe.
    excluded = [unsupported_method]
    if case.method == "GET":
        excluded.append(negative_data_rejection)
    case.call_and_validate(
        base_url=system.url,
        headers=south,
        excluded_checks=excluded,
    )


@pytest.mark.parametrize(
    ("content_type", "body", "status", "text"),
    [
        ("multipart/form-data", b'{"file_name": "a"}', 415, "Send JSON"),
        ("application/x-www-form-urlencoded", b"file_name=a", 415, "Send JSON"),
        ("application/json", b"\xff", 422, "UTF-8"),
        ("application/json; charset=utf-8", b"{", 422, "JSON decode error"),
    ],
)
def test_a_body_that_is_no_json_is_named(
    system: RunningSystem, content_type: str, body: bytes, status: int, text: str
) -> None:
    headers = {**system.auth_headers(), "Content-Type": content_type}
    answer = requests.post(
        f"{system.url}/v1/radiographs/search", data=body, headers=headers, timeout=30
    )
    assert (answer.status_code, text in answer.json()["detail"]) == (status, True)


@pytest.mark.parametrize("field", [{"age_years": False}, {"bytes": "1000"}, {"bytes": True}])
def test_what_is_no_number_is_not_taken_for_one(
    system: RunningSystem, field: dict[str, object]
) -> None:
    headers = {**system.auth_headers(), "Idempotency-Key": str(uuid4())}
    body = {"file_name": "thorax.png", "bytes": 1000, **field}
    answer = requests.post(f"{system.url}/v1/radiographs", json=body, headers=headers, timeout=30)
    assert (answer.status_code, "integer" in answer.json()["detail"]) == (422, True)


def test_a_method_that_nobody_knows_is_refused(system: RunningSystem) -> None:
    answer = requests.request(
        "BREW", f"{system.url}/v1/model", headers=system.auth_headers(), timeout=30
    )
    assert (answer.status_code, answer.json()["status"]) == (405, 405)
