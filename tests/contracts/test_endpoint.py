"""A response of the endpoint is used only when it is complete and valid."""

import json
from typing import Any

import pytest

from contracts.endpoint import EndpointResponseError, build_request, parse_predictions
from tests.conftest import Golden


def test_the_request_is_the_golden_one(golden: Golden) -> None:
    pixels = bytes([0, 127, 255]) + bytes(50_173)
    assert json.loads(build_request([pixels])) == golden("endpoint_request.json")


def test_the_golden_answer_is_read(golden: Golden) -> None:
    [prediction] = parse_predictions(
        json.dumps(golden("endpoint_response.json")).encode(), expected=1
    )
    assert prediction.logit == 2.5
    assert prediction.model_version == "default-0123abcd"
    assert prediction.doubts == (0.75, 0.125, 0.125)
    assert [len(row) for row in prediction.attention] == [7] * 7


def test_a_model_without_reasons_is_read(golden: Golden) -> None:
    answer = golden("endpoint_response.json")
    del answer["predictions"][0]["doubts"]
    assert parse_predictions(json.dumps(answer).encode(), expected=1)[0].doubts == ()


@pytest.mark.parametrize(
    "change",
    [
        {"logit": float("nan")},
        {"logit": None},
        {"attention": [[0.0, 1.0]]},
        {"attention": []},
        {"attention": 3},
        {"typicality": "high"},
        {"doubts": [0.5, 0.5]},
        {"doubts": [0.5, 0.5, float("inf")]},
        {"doubts": 1},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any], golden: Golden) -> None:
    answer = golden("endpoint_response.json")
    answer["predictions"][0].update(change)
    with pytest.raises(EndpointResponseError):
        parse_predictions(json.dumps(answer).encode(), expected=1)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"predictions": []}', b"[]"])
def test_an_answer_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(EndpointResponseError):
        parse_predictions(body, expected=1)
