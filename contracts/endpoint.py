"""The messages between screening and the SageMaker endpoint."""

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.answers import NotAssessed

INPUT_ROWS = INPUT_COLUMNS = 224
INPUT_BYTES = INPUT_ROWS * INPUT_COLUMNS
CONTENT_TYPE = "application/json"

# What may speak against an upright frontal chest X-ray, in the order of `Prediction.doubts`.
REJECTION_REASONS = (NotAssessed.NOT_CHEST, NotAssessed.ORIENTATION, NotAssessed.QUALITY)


class EndpointResponseError(ValueError):
    """An answer that is not what the endpoint promises."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What the network says of one radiograph, before the card.

    `typicality` is high for an upright frontal chest X-ray, and `doubts` says which share each of
    DOUBTS has in what speaks against it; a model without reasons gives none. `attention` is square,
    row by row, 0 to 1; `model_version` is read from the archive.
    """

    logit: float
    typicality: float
    attention: tuple[tuple[float, ...], ...]
    model_version: str
    doubts: tuple[float, ...] = ()


def build_request(pixels: Sequence[bytes]) -> bytes:
    """The body for one or more radiographs, each 50,176 bytes of grey."""
    instances = [{"pixels": {"b64": base64.b64encode(image).decode()}} for image in pixels]
    return json.dumps({"instances": instances}).encode()


def parse_predictions(body: bytes, *, expected: int) -> list[Prediction]:
    """The predictions in an answer; EndpointAnswerError unless there are `expected` sound ones."""
    try:
        answers = [_prediction(fields) for fields in json.loads(body)["predictions"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise EndpointResponseError(f"not a prediction: {type(error).__name__}") from error
    if len(answers) != expected:
        raise EndpointResponseError(f"{len(answers)} predictions for {expected} radiographs")
    return answers


def _prediction(fields: dict[str, Any]) -> Prediction:
    attention = tuple(tuple(float(value) for value in row) for row in fields["attention"])
    doubts = tuple(float(value) for value in fields.get("doubts", ()))
    numbers = [
        fields["logit"],
        fields["typicality"],
        *doubts,
        *(value for row in attention for value in row),
    ]
    if not attention or any(len(row) != len(attention) for row in attention):
        raise ValueError("attention is not square")
    if len(doubts) not in (0, len(REJECTION_REASONS)):
        raise ValueError("doubts are not those of this contract")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("a number is not finite")
    if not isinstance(fields["model_version"], str):
        raise ValueError("the model does not say its version")
    return Prediction(
        logit=float(fields["logit"]),
        typicality=float(fields["typicality"]),
        attention=attention,
        model_version=fields["model_version"],
        doubts=doubts,
    )
