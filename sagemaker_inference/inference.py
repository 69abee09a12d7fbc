"""The endpoint's adapter: checks a request before TensorFlow Serving, and returns its response.

The container loads this file by path and calls `input_handler` and `output_handler`. An exception
becomes HTTP 500 with its message as `error`, so no message quotes anything from a request.

    EndpointError
        RequestError    the caller can correct it
        ServingError    TensorFlow Serving refused the request or failed
"""

import base64
import binascii
import json
from typing import Any, Protocol

CONTENT_TYPE = "application/json"

# The network's input: 224 rows of 224 grey pixels, one byte each.
INPUT_BYTES = 224 * 224

# 32 radiographs are 2.1 MB of JSON: under SageMaker's 6 MB, and one batch of the GPU.
MAX_INSTANCES = 32


class EndpointError(Exception):
    """A request cannot be answered."""


class RequestError(EndpointError):
    """The request does not have the agreed form."""


class ServingError(EndpointError):
    """TensorFlow Serving gave no predictions."""


class Stream(Protocol):
    """The request's body."""

    def read(self) -> bytes: ...


class Context(Protocol):
    """The container's description of a request; only the part that is used here."""

    request_content_type: str


class Response(Protocol):
    """TensorFlow Serving's response, as `requests` returns it."""

    status_code: int
    content: bytes


def input_handler(data: Stream, context: Context) -> str:
    """The body for TensorFlow Serving's REST predict call: the request itself, after its checks."""
    content_type = context.request_content_type.partition(";")[0].strip().lower()
    if content_type != CONTENT_TYPE:
        raise RequestError(f"The content type must be {CONTENT_TYPE}.")
    try:
        body = json.loads(data.read())
        instances = [
            base64.b64decode(each["pixels"]["b64"], validate=True) for each in _instances(body)
        ]
    except (ValueError, KeyError, TypeError, binascii.Error):
        message = 'The body must be {"instances": [{"pixels": {"b64": "..."}}]}.'
        raise RequestError(message) from None
    if not 1 <= len(instances) <= MAX_INSTANCES:
        raise RequestError(f"Send 1 to {MAX_INSTANCES} instances, not {len(instances)}.")
    for index, pixels in enumerate(instances):
        if len(pixels) != INPUT_BYTES:
            raise RequestError(f"Instance {index} has {len(pixels)} bytes, not {INPUT_BYTES}.")
    return json.dumps({"instances": body["instances"]})


def output_handler(response: Response, context: Context) -> tuple[bytes, str]:
    """TensorFlow Serving's predictions, unchanged. Raises ServingError for any other response."""
    if response.status_code != 200:
        raise ServingError(f"TensorFlow Serving answered with status {response.status_code}.")
    return response.content, CONTENT_TYPE


def _instances(body: Any) -> list[Any]:
    instances = body["instances"]
    if not isinstance(instances, list):
        raise TypeError("instances is not a list")
    return instances
