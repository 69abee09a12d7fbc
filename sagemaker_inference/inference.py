"""The endpoint's adapter: checks a request, hands it to TensorFlow Serving, passes the answer on.

The container loads this file by path and calls `input_handler` and `output_handler`. What they
raise becomes HTTP 500 with the message as `error`, so no message repeats anything of a request.

    EndpointError
        RequestError    the caller's to mend
        ServingError    TensorFlow Serving refused or failed
"""

import base64
import binascii
import json
from typing import Any, Protocol

CONTENT_TYPE = "application/json"

# The network's input: 224 rows of 224 grey pixels, a byte each.
INPUT_BYTES = 224 * 224

# 32 radiographs are 2.1 MB of JSON: under SageMaker's 6 MB, and one batch of the GPU.
MAX_INSTANCES = 32


class EndpointError(Exception):
    """A request cannot be answered."""


class RequestError(EndpointError):
    """The request is not what the endpoint takes."""


class ServingError(EndpointError):
    """TensorFlow Serving gave no predictions."""


class Stream(Protocol):
    """The request's body."""

    def read(self) -> bytes: ...


class Context(Protocol):
    """What the container tells of a request; only the part that is used here."""

    request_content_type: str


class Response(Protocol):
    """TensorFlow Serving's answer, as `requests` gives it."""

    status_code: int
    content: bytes


def input_handler(data: Stream, context: Context) -> str:
    """The body for TensorFlow Serving's REST predict call: the request itself, once checked."""
    content_type = context.request_content_type.partition(";")[0].strip().lower()
    if content_type != CONTENT_TYPE:
        raise RequestError(f"The content type must be {CONTENT_TYPE}.")
    try:
        body = json.loads(data.read())
        instances = [base64.b64decode(one["pixels"]["b64"], validate=True) for one in _list(body)]
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
    """TensorFlow Serving's predictions as they are; its refusal as an error."""
    if response.status_code != 200:
        raise ServingError(f"TensorFlow Serving answered with status {response.status_code}.")
    return response.content, CONTENT_TYPE


def _list(body: Any) -> list[Any]:
    instances = body["instances"]
    if not isinstance(instances, list):
        raise TypeError("instances is not a list")
    return instances
