"""The local endpoint answers over HTTP as SageMaker does, with the archive's own handlers."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests

from contracts.endpoint import build_request, parse_predictions
from local.http_server import HttpServer, Request, Response
from local.sagemaker.container import Container
from local.sagemaker.endpoint import respond
from sagemaker_inference import inference
from screening.card import read_card

if TYPE_CHECKING:
    from types_boto3_sagemaker_runtime import SageMakerRuntimeClient

MODELS_FOLDER = Path(__file__).resolve().parents[3] / "models"
IMAGES = [bytes(50_176), bytes(range(256)) * 196]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "local.sagemaker.endpoint", *arguments]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Starts the endpoint as `make run MODEL=endpoint` does, and yields its address."""
    process = subprocess.Popen(
        _command("--port", "0", "--models", str(MODELS_FOLDER)), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    ready = process.stdout.readline()
    yield ready.split()[-1]
    process.terminate()
    process.communicate()


@pytest.fixture(scope="module")
def runtime(url: str) -> "SageMakerRuntimeClient":
    client: SageMakerRuntimeClient = boto3.client(
        "sagemaker-runtime",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    return client


def _invoke(runtime: "SageMakerRuntimeClient", body: bytes) -> bytes:
    answer = runtime.invoke_endpoint(
        EndpointName="chest-xray", ContentType="application/json", Body=body
    )
    return answer["Body"].read()


def test_it_is_healthy(url: str) -> None:
    assert requests.get(f"{url}/ping", timeout=5).status_code == 200


def test_boto3_gets_a_prediction_for_each_picture(runtime: "SageMakerRuntimeClient") -> None:
    card = read_card(MODELS_FOLDER / "model_card.json")
    answers = parse_predictions(_invoke(runtime, build_request(IMAGES)), expected=2)
    assert {answer.model_version for answer in answers} == {card.model_version}
    assert answers[0].logit != answers[1].logit


def test_the_answer_has_the_form_of_the_golden_one(
    runtime: "SageMakerRuntimeClient", golden: Callable[[str], Any]
) -> None:
    body = json.dumps(golden("endpoint_request.json")).encode()
    [answer] = json.loads(_invoke(runtime, body))["predictions"]
    [expected] = golden("endpoint_response.json")["predictions"]
    assert {name: type(value) for name, value in answer.items()} == {
        name: type(value) for name, value in expected.items()
    }
    assert [len(row) for row in answer["attention"]] == [len(row) for row in expected["attention"]]


def test_the_container_and_the_runtime_answer_alike(
    url: str, runtime: "SageMakerRuntimeClient"
) -> None:
    body = build_request(IMAGES[:1])
    direct = requests.post(
        f"{url}/invocations", data=body, headers={"Content-Type": "application/json"}, timeout=30
    )
    assert direct.json() == json.loads(_invoke(runtime, body))


def test_a_mistake_of_the_caller_is_400_in_the_container(url: str) -> None:
    answer = requests.post(f"{url}/invocations", data=b"pixels", timeout=5)
    assert answer.status_code == 400
    assert answer.json()["title"] == "Bad Request"
    assert answer.json()["description"].startswith("The body must be")


def test_a_mistake_of_the_caller_is_a_model_error_in_the_runtime(
    runtime: "SageMakerRuntimeClient",
) -> None:
    with pytest.raises(runtime.exceptions.ModelError, match="has 3 bytes, not 50176") as caught:
        _invoke(runtime, build_request([b"abc"]))
    answer: Any = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert answer["OriginalStatusCode"] == 400
    message = answer["Error"]["Message"]
    assert message.startswith('Received client error (400) from primary with message "{"title":')
    assert message.endswith("in account 123456789012 for more information.")
    assert answer["LogStreamArn"].endswith("log-group:/aws/sagemaker/Endpoints/chest-xray")


def test_an_error_of_tensorflow_serving_keeps_its_status() -> None:
    with HttpServer(0) as server:
        server.start(lambda _: Response(status=503, body=b'{"error": "queue is full"}'))
        container = Container(inference, f"http://127.0.0.1:{server.server_port}")
        status, content, _ = container.invoke(build_request(IMAGES), {})
        server.shutdown()
    assert status == 503
    assert json.loads(content) == {
        "title": "503 Service Unavailable",
        "description": '{"error": "queue is full"}',
    }


def test_an_error_of_the_container_is_counted_as_its_own() -> None:
    container = Container(inference, "http://127.0.0.1:9")
    request = Request(
        method="POST",
        target="/endpoints/chest-xray/invocations",
        headers=(),
        body=build_request(IMAGES),
        source_ip="127.0.0.1",
    )
    answer = respond(request, container)
    fields = json.loads(answer.body)
    assert (answer.status, fields["OriginalStatusCode"]) == (424, 500)
    assert fields["Message"].startswith("Received server error (500) from primary with message")
    assert fields["ErrorCode"] == "INTERNAL_FAILURE_FROM_MODEL"


def test_another_path_is_not_found(url: str) -> None:
    assert requests.post(f"{url}/v1/models", data=b"", timeout=5).status_code == 404


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        result = subprocess.run(_command("--port", str(port)), capture_output=True, text=True)
    assert result.returncode == 2
    assert re.match(f"Port {port} cannot be used: .*in use", result.stderr)


def test_an_archive_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "model.tar.gz"
    result = subprocess.run(
        _command("--port", "0", "--archive", str(missing)), capture_output=True, text=True
    )
    assert (result.returncode, result.stderr) == (2, f"There is no archive at {missing}.\n")
