"""The endpoint gets one call for each batch, and none for a while after it has failed.

A small server stands in for SageMaker, which cannot run here; the SDK calls it over HTTP.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.config import Config

from contracts.answers import Predictor
from contracts.endpoint_hours import EndpointHours
from contracts.metrics import Metric
from lambdas.screening.current_model import LoadedModel
from lambdas.screening.predictor import EndpointOrCpuPredictor
from local.log_metrics import parse_metrics
from screening.card import ModelCard, read_card
from screening.cpu_model import CpuModel
from tests.conftest import ROOT

# The status and the body of the endpoint's response to a batch of so many radiographs.
Respond = Callable[[int], tuple[int, bytes]]

TRACE_ID = "1-67891233-abcdef012345678912345678"
BLACK, WHITE = np.zeros((224, 224), np.uint8), np.full((224, 224), 255, np.uint8)


def build_prediction(card: ModelCard, **fields: Any) -> dict[str, Any]:
    size = card.attention_size
    outputs = {"logit": 1.5, "typicality": 0.0, "attention": [[0.5] * size] * size}
    return {**outputs, "doubts": [1.0, 0.0, 0.0], "model_version": card.model_version, **fields}


class Endpoint(ThreadingHTTPServer):
    """Responds as `respond` says; records the batch size of each call."""

    daemon_threads = True

    def __init__(self, respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.batch_sizes: list[int] = []
        self.inference_ids: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.batch_sizes.append(len(body["instances"]))
        self.server.inference_ids.append(self.headers["X-Amzn-SageMaker-Inference-Id"])
        status, content = self.server.respond(len(body["instances"]))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    card = read_card(ROOT / "models" / "model_card.json")
    weights = (ROOT / "models" / card.cpu_path).read_bytes()
    return LoadedModel(card=card, cpu=CpuModel(weights, card))


@pytest.fixture
def endpoint(model: LoadedModel) -> Iterator[Endpoint]:
    server = Endpoint(lambda size: (200, encode([build_prediction(model.card)] * size)))
    yield server
    server.shutdown()
    server.server_close()


def encode(predictions: list[dict[str, Any]]) -> bytes:
    return json.dumps({"predictions": predictions}).encode()


def connect(endpoint: Endpoint, hours: EndpointHours | None = None) -> EndpointOrCpuPredictor:
    client = boto3.client(
        "sagemaker-runtime",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{endpoint.server_port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=0.5, retries={"total_max_attempts": 1}),
    )
    return EndpointOrCpuPredictor(client, endpoint_name="chest-xray-test", hours=hours)


def end_break(predictor: EndpointOrCpuPredictor) -> None:
    """Half a minute has passed since the last failure."""
    predictor._breaker._state_storage.opened_at = datetime.min.replace(tzinfo=UTC)


@pytest.fixture(autouse=True)
def stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")


def test_several_radiographs_are_one_call_in_their_order(
    endpoint: Endpoint, model: LoadedModel
) -> None:
    endpoint.respond = lambda size: (
        200,
        encode([build_prediction(model.card, logit=number) for number in range(size)]),
    )
    predictions = connect(endpoint).predict(
        [BLACK, WHITE, BLACK], model, trace_ids=["", TRACE_ID, ""]
    )
    assert [each.prediction.logit for each in predictions] == [0, 1, 2]
    assert {each.predictor for each in predictions} == {Predictor.ENDPOINT}
    assert endpoint.batch_sizes == [3]


def test_a_call_has_the_id_of_the_first_upload_that_has_one(
    endpoint: Endpoint, model: LoadedModel
) -> None:
    connect(endpoint).predict([BLACK, WHITE], model, trace_ids=["", TRACE_ID])
    assert endpoint.inference_ids == [TRACE_ID]


def test_uploads_of_release_0_1_have_no_id_and_their_call_has_one(
    endpoint: Endpoint, model: LoadedModel
) -> None:
    predictor = connect(endpoint)
    for _ in range(2):
        predictor.predict([BLACK], model, trace_ids=[""])
    assert len(set(endpoint.inference_ids)) == 2


def test_outside_its_hours_the_cpu_model_answers_and_no_fallback_is_counted(
    endpoint: Endpoint, model: LoadedModel, capsys: pytest.CaptureFixture[str]
) -> None:
    whole_day, no_hour = (
        EndpointHours(first=0, end=end, time_zone="Europe/Berlin") for end in (24, 0)
    )
    [by_day] = connect(endpoint, whole_day).predict([BLACK], model, trace_ids=[""])
    [by_night] = connect(endpoint, no_hour).predict([BLACK], model, trace_ids=[""])
    assert (by_day.predictor, by_night.predictor) == (Predictor.ENDPOINT, Predictor.CPU)
    assert endpoint.batch_sizes == [1]
    assert "FallbackPredictions" not in capsys.readouterr().out


def respond_with(**fields: Any) -> Callable[[ModelCard, int], tuple[int, bytes]]:
    return lambda card, size: (200, encode([build_prediction(card, **fields)] * size))


def respond_late(card: ModelCard, size: int) -> tuple[int, bytes]:
    time.sleep(0.7)
    return 200, b""


@pytest.mark.parametrize(
    "respond",
    [
        lambda card, size: (500, b"no model"),
        lambda card, size: (200, b"not JSON"),
        lambda card, size: (200, b'{"predictions": 7}'),
        lambda card, size: (200, encode([build_prediction(card)] * (size + 1))),
        respond_with(logit=float("nan")),
        respond_with(typicality=None),
        respond_with(attention=[[1.0], [1.0, 2.0]]),
        respond_with(attention=[[0.5]]),
        respond_with(logit=10**400),
        lambda card, size: (200, b"[" * 100_000),
        respond_with(model_version=None),
        respond_with(model_version="another"),
        respond_late,
    ],
    ids=[
        *("500", "text", "shape", "number", "NaN", "null", "ragged", "small", "huge", "deep"),
        *("versionless", "version", "slow"),
    ],
)
def test_an_answer_of_no_use_is_the_cpu_models(
    endpoint: Endpoint, model: LoadedModel, respond: Callable[[ModelCard, int], tuple[int, bytes]]
) -> None:
    endpoint.respond = lambda size: respond(model.card, size)
    predictions = connect(endpoint).predict([BLACK, WHITE], model, trace_ids=["", ""])
    expected = [model.cpu.predict(pixels) for pixels in (BLACK, WHITE)]
    assert [each.prediction for each in predictions] == expected
    assert {each.predictor for each in predictions} == {Predictor.CPU}


def test_one_that_is_away_is_left_alone_and_tried_again_with_one_call(
    endpoint: Endpoint, model: LoadedModel
) -> None:
    respond = endpoint.respond
    predictor = connect(endpoint)

    def predict() -> Predictor:
        [prediction] = predictor.predict([BLACK], model, trace_ids=[""])
        return prediction.predictor

    endpoint.respond = lambda size: (500, b"")
    assert [predict() for _ in range(6)] == [Predictor.CPU] * 6
    assert len(endpoint.batch_sizes) == 3

    end_break(predictor)
    assert [predict() for _ in range(3)] == [Predictor.CPU] * 3
    assert len(endpoint.batch_sizes) == 4

    endpoint.respond = respond
    end_break(predictor)
    assert [predict() for _ in range(3)] == [Predictor.ENDPOINT] * 3


def test_nothing_is_asked_about_nothing(endpoint: Endpoint, model: LoadedModel) -> None:
    assert connect(endpoint).predict([], model, trace_ids=[]) == []
    assert endpoint.batch_sizes == []


def test_another_version_is_counted_and_asked_again_each_time(
    endpoint: Endpoint, model: LoadedModel, capsys: pytest.CaptureFixture[str]
) -> None:
    """A promotion causes it: the endpoint is of use again as soon as the pointer moves."""
    respond, predictor = endpoint.respond, connect(endpoint)
    endpoint.respond = lambda size: respond_with(model_version="another")(model.card, size)
    for _ in range(5):
        predictor.predict([BLACK], model, trace_ids=[""])
    assert len(endpoint.batch_sizes) == 5
    names = [each.name for each in parse_metrics(capsys.readouterr().out.splitlines())]
    assert names.count(Metric.VERSION_MISMATCH) == names.count(Metric.FALLBACK) == 5
    endpoint.respond = respond
    assert predictor.predict([BLACK], model, trace_ids=[""])[0].predictor is Predictor.ENDPOINT
