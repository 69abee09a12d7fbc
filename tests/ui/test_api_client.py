"""How the page asks the API, and what it does when the API cannot answer."""

import json

import pytest
import requests

from contracts.api import CreateRequest, ReviewRequest, SearchRequest
from contracts.facts import Verdict
from tests.conftest import Golden
from tests.ui.conftest import RADIOGRAPH
from tests.ui.recorded import Given, Recorded
from ui.api_client import Backend, BackendError, LoginNeeded, NoAccess, Unreachable

BUSY = Given(status=429, body={}, headers={"Retry-After": "0"})


@pytest.fixture
def backend(api: Recorded) -> Backend:
    return Backend(url=f"{api.url}/v1", token="the.id.token", http=requests.Session())


def test_the_token_goes_with_every_question(
    backend: Backend, api: Recorded, golden: Golden
) -> None:
    api.give("GET /v1/radiographs", Given(body=golden("worklist.json")))
    backend.worklist(chosen="to_review", cursor="a b")
    assert api.asked[0].headers["authorization"] == "Bearer the.id.token"
    assert api.asked[0].path == "/v1/radiographs?filter=to_review&cursor=a+b"


def test_messages_are_those_of_the_contract(
    backend: Backend, api: Recorded, golden: Golden
) -> None:
    api.give("POST /v1/radiographs", Given(status=201, body=golden("created.json")))
    api.give("POST /v1/radiographs/search", Given(body=golden("worklist.json")))
    api.give(f"POST /v1/radiographs/{RADIOGRAPH}/reviews", Given(body=golden("radiograph.json")))
    created = backend.create(CreateRequest(**golden("create_request.json")), key="k1")
    found = backend.search(SearchRequest(**golden("search_request.json")))
    fields = golden("review_request.json")
    given = ReviewRequest(verdict=Verdict(fields["verdict"]), note=fields["note"])
    reviewed = backend.review(RADIOGRAPH, given)
    sent = [asked.json for asked in api.asked]
    assert sent == [golden(f"{name}_request.json") for name in ("create", "search", "review")]
    assert api.asked[0].headers["idempotency-key"] == "k1"
    assert json.loads(json.dumps(created.to_json())) == golden("created.json")
    assert found.radiographs[0].id == reviewed.id == RADIOGRAPH


def test_a_busy_api_is_asked_once_more(backend: Backend, api: Recorded, golden: Golden) -> None:
    answer = Given(body=golden("radiograph.json"))
    api.give(f"GET /v1/radiographs/{RADIOGRAPH}", BUSY, answer)
    assert backend.radiograph(RADIOGRAPH).id == RADIOGRAPH
    assert len(api.asked) == 2


def test_an_api_that_stays_busy_is_said_to_be(backend: Backend, api: Recorded) -> None:
    api.give("GET /v1/model", BUSY)
    with pytest.raises(BackendError) as raised:
        backend.model()
    assert raised.value.status == 429
    assert len(api.asked) == 2


def test_a_review_is_never_sent_twice(backend: Backend, api: Recorded) -> None:
    api.give(f"POST /v1/radiographs/{RADIOGRAPH}/reviews", BUSY)
    with pytest.raises(BackendError):
        backend.review(RADIOGRAPH, ReviewRequest(verdict=Verdict.AGREE))
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("status", "error"), [(401, LoginNeeded), (403, NoAccess), (502, Unreachable)]
)
def test_a_problem_becomes_one_exception(
    backend: Backend, api: Recorded, golden: Golden, status: int, error: type[BackendError]
) -> None:
    api.give("GET /v1/model", Given(status=status, body=golden("problem.json")))
    with pytest.raises(error) as raised:
        backend.model()
    assert (raised.value.status, raised.value.reference) == (status, "1f3e")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"radiographs": [{}]}', b""])
def test_an_answer_that_cannot_be_read_is_no_answer(
    backend: Backend, api: Recorded, body: bytes
) -> None:
    api.give("GET /v1/radiographs", Given(body=body))
    with pytest.raises(Unreachable):
        backend.worklist(chosen="all")


def test_no_api_at_all_is_unreachable() -> None:
    nobody = Backend(url="http://localhost:9/v1", token="t", http=requests.Session())
    with pytest.raises(Unreachable):
        nobody.model()
