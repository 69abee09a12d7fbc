"""The gateway, over HTTP."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import KeySet

from contracts.gateway_errors import TOO_LARGE
from contracts.response_headers import DATA_HEADERS
from local.api_gateway.authoriser import Authoriser
from local.api_gateway.routing import Targets
from local.api_gateway.server import MAX_BODY_BYTES, Gateway
from local.lambda_runtime.pool import BusyError
from local.lambda_runtime.runtime_api import Outcome
from tests.local.api_gateway.test_authoriser import CLIENT, ISSUER, KEY, build_claims, sign_token

Serve = Callable[..., str]


def build_function(name: str) -> Callable[..., Outcome]:
    """Builds a function that answers with its name and the path of the event."""

    def invoke(payload: bytes, *, trace_id: str) -> Outcome:
        event = json.loads(payload)
        answer = {"statusCode": 200, "body": f"{name} {event['path']}"}
        return Outcome(payload=json.dumps(answer).encode())

    return invoke


def busy(payload: bytes, *, trace_id: str) -> Outcome:
    raise BusyError


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a gateway and returns its address."""
    gateways: list[Gateway] = []

    def start_gateway(**parts: Any) -> str:
        targets = Targets(
            api=parts.get("api", build_function("api")),
            page=parts.get("page", build_function("page")),
            authoriser=Authoriser(issuer=ISSUER, client_id=CLIENT, keys=KeySet([KEY])),
            samples=parts.get("samples"),
            logs=parts.get("logs"),
            prefix=parts.get("prefix", ""),
        )
        gateways.append(Gateway(0, targets))
        gateways[-1].start()
        return f"http://localhost:{gateways[-1].port}"

    yield start_gateway
    for gateway in gateways:
        gateway.stop()


def authorised() -> dict[str, str]:
    return {"Authorization": sign_token(build_claims())}


def test_the_api_is_reached_with_a_token_and_the_page_without(serve: Serve) -> None:
    url = serve()
    api = requests.get(f"{url}/v1/model", headers=authorised())
    assert (api.text, requests.get(f"{url}/worklist").text) == ("api /v1/model", "page /worklist")


def test_under_a_prefix_the_functions_see_paths_without_it(serve: Serve) -> None:
    url = serve(prefix="/dev")
    api = requests.get(f"{url}/dev/v1/model", headers=authorised())
    pages = [requests.get(url + path).text for path in ("/dev", "/dev/", "/dev/worklist")]
    assert (api.text, pages) == ("api /v1/model", ["page /", "page /", "page /worklist"])


@pytest.mark.parametrize("path", ["/", "/worklist", "/developer", "/v1/model"])
def test_beside_the_prefix_there_is_nothing(serve: Serve, path: str) -> None:
    answer = requests.get(serve(prefix="/dev", page=busy, api=busy) + path)
    assert (answer.status_code, answer.json()["detail"]) == (403, "The page is at /dev/.")


def test_without_a_token_the_api_is_not_called(serve: Serve) -> None:
    answer = requests.get(f"{serve(api=busy)}/v1/model")
    assert answer.status_code == 401
    assert DATA_HEADERS.items() <= answer.headers.items()
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_busy_function_asks_to_come_again(serve: Serve) -> None:
    answer = requests.get(f"{serve(page=busy)}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")


def test_who_reads_in_a_browser_gets_a_page(serve: Serve) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml"}
    answer = requests.get(f"{serve(page=busy)}/", headers=headers)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Nothing that you sent before is lost." in answer.text


@pytest.mark.parametrize("payload", [b'{"errorMessage": "no"}', b"null"])
@pytest.mark.parametrize("failed", [True, False])
def test_a_function_that_fails_is_a_bad_gateway(serve: Serve, payload: bytes, failed: bool) -> None:
    url = serve(page=lambda payload, trace_id: Outcome(payload=payload, failed=failed))
    answer = requests.get(f"{url}/")
    assert answer.status_code == 502
    assert b"errorMessage" not in answer.content


def test_a_request_larger_than_ten_megabytes_is_refused_unread(serve: Serve) -> None:
    headers = {"Content-Length": str(MAX_BODY_BYTES + 1)}
    answer = requests.post(f"{serve(page=busy)}/", headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (413, TOO_LARGE.detail)


def test_an_event_larger_than_six_megabytes_is_refused(serve: Serve) -> None:
    body = bytes(7 * 1024 * 1024)
    assert requests.post(f"{serve(page=busy)}/", data=body).status_code == 413


def test_a_request_of_unknown_length_is_refused(serve: Serve) -> None:
    assert requests.post(f"{serve(page=busy)}/", data=iter([b"1"])).status_code == 411


def test_another_name_for_this_machine_is_refused(serve: Serve) -> None:
    headers = {"Host": "evil.example"}
    assert requests.get(f"{serve()}/", headers=headers).status_code == 403


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    folder = tmp_path / "samples"
    (folder / "inner").mkdir(parents=True)
    (tmp_path / "outside.png").write_bytes(b"secret")
    (folder / "a b.png").write_bytes(b"image")
    (folder / ".hidden").write_bytes(b"secret")
    (folder / "inner" / "c.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    return folder


def test_samples_are_listed_and_read(serve: Serve, samples: Path) -> None:
    url = serve(samples=samples)
    listing = requests.get(f"{url}/samples/").json()
    assert listing == [{"name": "a b.png", "url": "/samples/a%20b.png", "bytes": 5}]
    answer = requests.get(url + listing[0]["url"])
    assert (answer.content, answer.headers["Content-Type"]) == (b"image", "image/png")


@pytest.mark.parametrize(
    "name",
    [
        "../outside.png",
        "..%2Foutside.png",
        "inner/c.png",
        "inner%2Fc.png",
        "link.png",
        ".hidden",
        "%2Fetc%2Fpasswd",
        "a%20b.png%00",
    ],
)
def test_nothing_but_the_samples_can_be_read(serve: Serve, samples: Path, name: str) -> None:
    url = f"{serve(samples=samples)}/samples/{name}"
    with requests.Session() as session:
        request = requests.Request("GET", url).prepare()
        request.url = url  # Unchanged: requests would remove the dots.
        assert session.send(request).status_code == 404


def test_without_samples_the_page_answers(serve: Serve) -> None:
    assert requests.get(f"{serve()}/samples/").text == "page /samples/"


TRACE_ID = "1-67891233-abcdef012345678912345678"


def echo_trace(payload: bytes, *, trace_id: str) -> Outcome:
    header = json.loads(payload)["headers"]["X-Amzn-Trace-Id"]
    return Outcome(payload=json.dumps({"statusCode": 200, "body": f"{trace_id} {header}"}).encode())


def test_a_caller_s_trace_goes_on_in_the_function(serve: Serve) -> None:
    headers = {"X-Amzn-Trace-Id": f"Root={TRACE_ID};Sampled=1"}
    body = requests.get(serve(page=echo_trace), headers=headers).text
    assert body == f"{TRACE_ID} Root={TRACE_ID};Sampled=1"


@pytest.mark.parametrize("headers", [{}, {"x-amzn-trace-id": "Root=miller"}])
def test_without_one_each_request_begins_a_trace(serve: Serve, headers: dict[str, str]) -> None:
    url = serve(page=echo_trace)
    bodies = [requests.get(url, headers=headers).text for _ in range(2)]
    assert bodies[0] != bodies[1]
    for trace_id, header in (body.split() for body in bodies):
        assert header == f"Root={trace_id}" and trace_id.startswith("1-")


def test_an_error_of_the_gateway_names_the_trace(serve: Serve) -> None:
    headers = {"X-Amzn-Trace-Id": f"Root={TRACE_ID}"}
    problem = requests.get(serve(page=busy), headers=headers).json()
    assert problem["reference"] == TRACE_ID


@pytest.mark.parametrize(("status", "shows"), [(200, True), (302, False), (403, False)])
def test_metrics_are_for_whom_the_page_shows_the_overview(
    serve: Serve, tmp_path: Path, status: int, shows: bool
) -> None:
    def answer(payload: bytes, *, trace_id: str) -> Outcome:
        event = json.loads(payload)
        assert (event["path"], event["httpMethod"]) == ("/overview", "GET")
        assert event["headers"]["Cookie"] == "session=mine"
        return Outcome(payload=json.dumps({"statusCode": status, "body": "page"}).encode())

    url = serve(page=answer, logs=tmp_path, prefix="/dev")
    response = requests.get(
        f"{url}/dev/metrics", headers={"Cookie": "session=mine"}, allow_redirects=False
    )
    assert response.status_code == status
    assert ("Metrics of this machine" in response.text) is shows
