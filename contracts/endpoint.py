"""The messages between screening and the SageMaker endpoint."""

import base64
import itertools
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.answers import NotAssessed
from contracts.serialisation import parse

INPUT_ROWS = INPUT_COLUMNS = 224
INPUT_BYTES = INPUT_ROWS * INPUT_COLUMNS
CONTENT_TYPE = "application/json"

# Why an image may be no upright frontal chest X-ray, in the order of `Prediction.doubts`.
REJECTION_REASONS = (
    NotAssessed.NOT_CHEST,
    NotAssessed.ORIENTATION,
    NotAssessed.QUALITY,
    NotAssessed.SEVERAL_FILMS,
    NotAssessed.SCREENSHOT,
    NotAssessed.NOT_FRONTAL,
)
# Models up to release 0.2 have the first three.
_REASON_COUNTS = (0, 3, len(REJECTION_REASONS))


class EndpointResponseError(ValueError):
    """The endpoint's response does not have the agreed form."""


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The network's output for one radiograph, before the model card is applied.

    `typicality` is the in-distribution score: high for an upright frontal chest X-ray. `doubts`
    holds a weight for each of REJECTION_REASONS, or for the first of them. `attention` is the
    saliency map: square, row by row, 0 to 1. `model_version` comes from the SavedModel itself.
    `adult` is the log odds that the film is an adult's and not a child's, and `lung_energy` the
    share of the map's energy inside the lungs, 0 to 1 (1 for an empty map); both are None for
    models without.

    Raises ValueError unless all numbers are finite, the map is square and the weights match.
    """

    logit: float
    typicality: float
    attention: tuple[tuple[float, ...], ...]
    model_version: str
    doubts: tuple[float, ...] = ()
    adult: float | None = None
    lung_energy: float | None = None

    def __post_init__(self) -> None:
        if not self.attention or any(len(row) != len(self.attention) for row in self.attention):
            raise ValueError("attention is not square")
        if len(self.doubts) not in _REASON_COUNTS:
            raise ValueError("doubts do not match the rejection reasons")
        numbers = [self.logit, self.typicality, *self.doubts, *itertools.chain(*self.attention)]
        if not all(math.isfinite(number) for number in [*numbers, self.adult or 0.0]):
            raise ValueError("a number is not finite")
        if self.lung_energy is not None and not 0 <= self.lung_energy <= 1:
            raise ValueError("lung_energy is not between 0 and 1")


def build_request(pixels: Sequence[bytes]) -> bytes:
    """The request body for one or more radiographs, each 50,176 bytes of grey."""
    instances = [{"pixels": {"b64": base64.b64encode(image).decode()}} for image in pixels]
    return json.dumps({"instances": instances}).encode()


def parse_predictions(body: bytes, *, expected: int) -> list[Prediction]:
    """The predictions in a response. Raises EndpointResponseError unless there are `expected`
    valid ones.
    """
    try:
        predictions = [parse_prediction(fields) for fields in json.loads(body)["predictions"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise EndpointResponseError(f"not a prediction: {type(error).__name__}") from error
    if len(predictions) != expected:
        raise EndpointResponseError(f"{len(predictions)} predictions for {expected} radiographs")
    return predictions


def parse_prediction(fields: object) -> Prediction:
    """Raises ValueError unless the fields are those of a valid prediction."""
    return parse(Prediction, fields, accept_later=True)
