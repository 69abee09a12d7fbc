"""A response of the endpoint is used only when it is complete and valid."""

import json
from typing import Any

import pytest

from contracts.endpoint import (
    REJECTION_REASONS,
    EndpointResponseError,
    build_request,
    parse_predictions,
)
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
    assert (prediction.adult, prediction.lung_energy) == (-3.0, 0.75)
    assert prediction.doubts == (0.75, 0.125, 0.125, 0.0, 0.0, 0.0)
    assert len(prediction.doubts) == len(REJECTION_REASONS)
    assert [len(row) for row in prediction.attention] == [14] * 14


def test_a_model_of_release_0_1_is_read(golden: Golden) -> None:
    """It has three reasons, a smaller map, and neither population nor lungs."""
    answer = golden("endpoint_response.json")
    prediction = answer["predictions"][0]
    del prediction["adult"], prediction["lung_energy"]
    prediction["doubts"] = prediction["doubts"][:3]
    prediction["attention"] = [row[:7] for row in prediction["attention"][:7]]
    [parsed] = parse_predictions(json.dumps(answer).encode(), expected=1)
    assert (parsed.adult, parsed.lung_energy) == (None, None)
    assert (len(parsed.doubts), len(parsed.attention)) == (3, 7)


def test_a_model_without_reasons_is_read(golden: Golden) -> None:
    answer = golden("endpoint_response.json")
    del answer["predictions"][0]["doubts"]
    assert parse_predictions(json.dumps(answer).encode(), expected=1)[0].doubts == ()


@pytest.mark.parametrize("lung_energy", [0, 1])
def test_the_map_may_lie_outside_or_inside_of_the_lungs(lung_energy: int, golden: Golden) -> None:
    answer = golden("endpoint_response.json")
    answer["predictions"][0]["lung_energy"] = lung_energy
    [prediction] = parse_predictions(json.dumps(answer).encode(), expected=1)
    assert prediction.lung_energy == lung_energy


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
        {"lung_energy": float("nan")},
        {"lung_energy": -0.01},
        {"lung_energy": 1.01},
        {"adult": float("nan")},
        {"adult": float("-inf")},
        {"adult": "yes"},
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
