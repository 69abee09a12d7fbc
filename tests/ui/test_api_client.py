"""How the page calls the API, and how errors of the API become exceptions."""

import json

import pytest

from contracts.api_requests import CreateRequest, ReviewRequest, SearchRequest
from contracts.findings import Finding
from contracts.page_key import PAGE_KEY_HEADER
from contracts.serialisation import serialise
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH
from tests.ui.recorded_api import RecordedApi, RecordedResponse
from ui.api_client import ApiClient
from ui.api_errors import AccessDeniedError, ApiError, ApiUnavailableError, LoginRequiredError
from ui.http_session import build_http_session

BUSY = RecordedResponse(status=429, body={}, headers={"Retry-After": "0"})
REVIEW = ReviewRequest(finding=Finding.PNEUMONIA)


def build_client(url: str) -> ApiClient:
    return ApiClient(
        url=f"{url}/v1", token="the.id.token", http_session=build_http_session("a key")
    )


@pytest.fixture
def client(api: RecordedApi) -> ApiClient:
    return build_client(api.url)


def test_every_request_carries_the_token(
    client: ApiClient, api: RecordedApi, golden: Golden
) -> None:
    api.respond("GET /v1/radiographs", RecordedResponse(body=golden("worklist.json")))
    client.fetch_worklist(worklist_filter="to_review", cursor="a b")
    assert api.requests[0].headers["authorization"] == "Bearer the.id.token"
    assert api.requests[0].path == "/v1/radiographs?filter=to_review&cursor=a+b"


def test_messages_are_those_of_the_contract(
    client: ApiClient, api: RecordedApi, golden: Golden
) -> None:
    radiograph = RecordedResponse(body=golden("radiograph.json"))
    api.respond("POST /v1/radiographs", RecordedResponse(status=201, body=golden("created.json")))
    api.respond("POST /v1/radiographs/search", RecordedResponse(body=golden("worklist.json")))
    api.respond(f"POST /v1/radiographs/{RADIOGRAPH}/reviews", radiograph)
    create_request = CreateRequest(**golden("create_request.json"))
    created = client.create_radiograph(create_request, idempotency_key="k1")
    search = SearchRequest(**golden("search_request.json"))
    worklist = client.search_radiographs(search, worklist_filter="all")
    fields = golden("review_request.json")
    review = ReviewRequest(finding=Finding(fields["finding"]), note=fields["note"])
    stored = client.create_review(RADIOGRAPH, review, idempotency_key="k2")
    bodies = [request.json for request in api.requests]
    assert bodies == [golden(f"{name}_request.json") for name in ("create", "search", "review")]
    assert api.requests[0].headers["idempotency-key"] == "k1"
    assert json.loads(json.dumps(serialise(created))) == golden("created.json")
    assert worklist.radiographs[0].id == stored.radiograph.id == RADIOGRAPH


def test_a_busy_api_is_called_once_more(
    client: ApiClient, api: RecordedApi, golden: Golden
) -> None:
    view = RecordedResponse(body=golden("radiograph.json"))
    api.respond(f"GET /v1/radiographs/{RADIOGRAPH}", BUSY, view)
    assert client.fetch_radiograph(RADIOGRAPH).id == RADIOGRAPH
    assert len(api.requests) == 2


def test_an_upload_is_repeated_with_the_same_key(
    client: ApiClient, api: RecordedApi, golden: Golden
) -> None:
    created = RecordedResponse(status=201, body=golden("created.json"))
    api.respond("POST /v1/radiographs", BUSY, created)
    create_request = CreateRequest(**golden("create_request.json"))
    client.create_radiograph(create_request, idempotency_key="k1")
    assert [request.headers["idempotency-key"] for request in api.requests] == ["k1", "k1"]


def test_an_api_that_stays_busy_is_an_error(client: ApiClient, api: RecordedApi) -> None:
    api.respond("GET /v1/model", BUSY)
    with pytest.raises(ApiError) as raised:
        client.fetch_model_card()
    assert raised.value.status == 429
    assert len(api.requests) == 2


def test_a_review_is_repeated_with_the_same_key(
    client: ApiClient, api: RecordedApi, golden: Golden
) -> None:
    view = RecordedResponse(status=201, body=golden("radiograph.json"))
    api.respond(f"POST /v1/radiographs/{RADIOGRAPH}/reviews", BUSY, view)
    client.create_review(RADIOGRAPH, REVIEW, idempotency_key="k2")
    assert [request.headers["idempotency-key"] for request in api.requests] == ["k2", "k2"]


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, LoginRequiredError), (403, AccessDeniedError), (502, ApiUnavailableError)],
)
def test_a_problem_becomes_one_exception(
    client: ApiClient, api: RecordedApi, golden: Golden, status: int, error: type[ApiError]
) -> None:
    api.respond("GET /v1/model", RecordedResponse(status=status, body=golden("problem.json")))
    with pytest.raises(error) as raised:
        client.fetch_model_card()
    assert (raised.value.status, raised.value.reference) == (status, "1f3e")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"radiographs": [{}]}', b""])
def test_a_response_that_cannot_be_parsed_counts_as_none(
    client: ApiClient, api: RecordedApi, body: bytes
) -> None:
    api.respond("GET /v1/radiographs", RecordedResponse(body=body))
    with pytest.raises(ApiUnavailableError):
        client.fetch_worklist(worklist_filter="all")


def test_no_api_at_all_is_unavailable() -> None:
    client = build_client("http://localhost:9")
    with pytest.raises(ApiUnavailableError):
        client.fetch_model_card()
    with pytest.raises(ApiUnavailableError):
        client.create_review(RADIOGRAPH, REVIEW, idempotency_key="k2")


def test_each_call_carries_the_key_of_the_page(api: RecordedApi) -> None:
    api.respond("GET /v1/session", RecordedResponse(status=204, body=b""))
    build_client(api.url).check_session()
    assert api.requests[0].headers[PAGE_KEY_HEADER.lower()] == "a key"
