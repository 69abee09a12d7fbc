"""The messages between screening and the SageMaker endpoint."""

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

INPUT_ROWS = INPUT_COLUMNS = 224
INPUT_BYTES = INPUT_ROWS * INPUT_COLUMNS
CONTENT_TYPE = "application/json"


class EndpointAnswerError(ValueError):
    """An answer that is not what the endpoint promises."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What the network says of one radiograph, before the card.

    `attention` is square, row by row, 0 to 1; `model_version` is read from the archive.
    """

    logit: float
    typicality: float
    attention: tuple[tuple[float, ...], ...]
    model_version: str


def request(pixels: Sequence[bytes]) -> bytes:
    """The body for one or more radiographs, each 50,176 bytes of grey."""
    instances = [{"pixels": {"b64": base64.b64encode(image).decode()}} for image in pixels]
    return json.dumps({"instances": instances}).encode()


def predictions(body: bytes, *, expected: int) -> list[Prediction]:
    """The predictions in an answer; EndpointAnswerError unless there are `expected` sound ones."""
    try:
        answers = [_prediction(fields) for fields in json.loads(body)["predictions"]]
    except (ValueError, KeyError, TypeError) as error:
        raise EndpointAnswerError(f"not a prediction: {type(error).__name__}") from error
    if len(answers) != expected:
        raise EndpointAnswerError(f"{len(answers)} predictions for {expected} radiographs")
    return answers


def _prediction(fields: dict[str, Any]) -> Prediction:
    attention = tuple(tuple(float(value) for value in row) for row in fields["attention"])
    numbers = [
        fields["logit"],
        fields["typicality"],
        *(value for row in attention for value in row),
    ]
    if not attention or any(len(row) != len(attention) for row in attention):
        raise ValueError("attention is not square")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a number is not finite")
    return Prediction(
        logit=float(fields["logit"]),
        typicality=float(fields["typicality"]),
        attention=attention,
        model_version=str(fields["model_version"]),
    )
