"""The endpoint is asked once for a batch, and left alone for a while when it is away.

A small server stands for SageMaker, which cannot run here; the SDK speaks to it over HTTP.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.config import Config

from contracts.answers import Predictor
from lambdas.screening.current_model import LoadedModel
from lambdas.screening.predictor import Predictions
from screening.card import ModelCard, read_card
from screening.cpu_model import CpuModel
from tests.conftest import ROOT

Answer = Callable[[int], tuple[int, bytes]]

BLACK, WHITE = np.zeros((224, 224), np.uint8), np.full((224, 224), 255, np.uint8)


def one(card: ModelCard, **fields: Any) -> dict[str, Any]:
    size = card.attention_size
    said = {"logit": 1.5, "typicality": 0.0, "attention": [[0.5] * size] * size}
    return {**said, "doubts": [1.0, 0.0, 0.0], "model_version": card.model_version, **fields}


class Endpoint(ThreadingHTTPServer):
    """Answers as `answer` says, given how many radiographs it is asked about; counts the calls."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.asked: list[int] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(len(body["instances"]))
        status, content = self.server.answer(len(body["instances"]))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def model() -> LoadedModel:
    card = read_card(ROOT / "models" / "model_card.json")
    return LoadedModel(
        card=card, cpu=CpuModel((ROOT / "models" / card.cpu_path).read_bytes(), card)
    )


@pytest.fixture
def endpoint(model: LoadedModel) -> Iterator[Endpoint]:
    server = Endpoint(lambda asked: (200, said([one(model.card)] * asked)))
    yield server
    server.shutdown()
    server.server_close()


def said(answers: list[dict[str, Any]]) -> bytes:
    return json.dumps({"predictions": answers}).encode()


def predictions(endpoint: Endpoint, *, rest_seconds: float = 60) -> Predictions:
    client = boto3.client(
        "sagemaker-runtime",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{endpoint.server_port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(read_timeout=0.5, retries={"total_max_attempts": 1}),
    )
    return Predictions(client, endpoint_name="chest-xray-test", rest_seconds=rest_seconds)


@pytest.fixture(autouse=True)
def stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")


def test_several_radiographs_are_one_call_in_their_order(
    endpoint: Endpoint, model: LoadedModel
) -> None:
    endpoint.answer = lambda asked: (200, said([one(model.card, logit=n) for n in range(asked)]))
    made = predictions(endpoint).predict([BLACK, WHITE, BLACK], model)
    assert [each.prediction.logit for each in made] == [0, 1, 2]
    assert {each.predictor for each in made} == {Predictor.ENDPOINT}
    assert endpoint.asked == [3]


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda card, asked: (500, b"no model"),
        lambda card, asked: (200, b"not JSON"),
        lambda card, asked: (200, b'{"predictions": 7}'),
        lambda card, asked: (200, said([one(card)] * (asked + 1))),
        lambda card, asked: (200, said([one(card, logit=float("nan"))] * asked)),
        lambda card, asked: (200, said([one(card, typicality=None)] * asked)),
        lambda card, asked: (200, said([one(card, attention=[[1.0], [1.0, 2.0]])] * asked)),
        lambda card, asked: (200, said([one(card, attention=[[0.5]])] * asked)),
        lambda card, asked: (200, said([one(card, logit=10**400)] * asked)),
        lambda card, asked: (200, b"[" * 100_000),
        lambda card, asked: (200, said([one(card, model_version=None)] * asked)),
        lambda card, asked: (200, said([one(card, model_version="another")] * asked)),
        lambda card, asked: time.sleep(0.7) or (200, b""),
    ],
    ids=[
        *("500", "text", "shape", "number", "NaN", "null", "ragged", "small", "huge", "deep"),
        *("versionless", "version", "slow"),
    ],
)
def test_an_answer_of_no_use_is_the_cpu_models(
    endpoint: Endpoint, model: LoadedModel, nonsense: Callable[[ModelCard, int], tuple[int, bytes]]
) -> None:
    endpoint.answer = lambda asked: nonsense(model.card, asked)
    made = predictions(endpoint).predict([BLACK, WHITE], model)
    assert [each.prediction for each in made] == [model.cpu.predict(x) for x in (BLACK, WHITE)]
    assert {each.predictor for each in made} == {Predictor.CPU}


def test_one_that_is_away_is_left_alone_and_tried_again_with_one_call(
    endpoint: Endpoint, model: LoadedModel
) -> None:
    well, ill = endpoint.answer, lambda asked: (500, b"")
    asking = predictions(endpoint, rest_seconds=0.5)

    def ask() -> Predictor:
        [made] = asking.predict([BLACK], model)
        return made.predictor

    endpoint.answer = ill
    assert [ask() for _ in range(6)] == [Predictor.CPU] * 6
    assert len(endpoint.asked) == 3

    time.sleep(0.5)
    assert [ask() for _ in range(3)] == [Predictor.CPU] * 3
    assert len(endpoint.asked) == 4

    endpoint.answer = well
    time.sleep(0.5)
    assert [ask() for _ in range(3)] == [Predictor.ENDPOINT] * 3


def test_nothing_is_asked_about_nothing(endpoint: Endpoint, model: LoadedModel) -> None:
    assert predictions(endpoint).predict([], model) == []
    assert endpoint.asked == []
