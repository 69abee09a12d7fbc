"""The endpoint's adapter: checks a request before TensorFlow Serving, and returns its response.

The container loads this file by path and calls `input_handler` and `output_handler`. An HTTPError
of its web framework is answered with the error's status, any other exception with 500; both with
the message, so no message quotes anything from a request.

    EndpointError
        RequestError    the caller can correct it: 400
        ServingError    TensorFlow Serving refused the request or failed: 500
"""

import base64
import binascii
import json
import os
from typing import Any, Protocol

try:
    from falcon import HTTPError  # type: ignore[import-not-found]
except ModuleNotFoundError:

    class HTTPError(Exception):  # type: ignore[no-redef]
        """Replaces falcon's class outside of the container."""

        def __init__(self, status: str, *, title: str, description: str) -> None:
            self.status, self.title, self.description = status, title, description


CONTENT_TYPE = "application/json"

# The network's input: 224 rows of 224 grey pixels, one byte each.
INPUT_BYTES = 224 * 224

# TensorFlow Serving refuses a call with more than one batch. 8 is the container's own default.
MAX_INSTANCES = int(os.environ.get("SAGEMAKER_TFS_MAX_BATCH_SIZE", "8"))


class EndpointError(Exception):
    """A request cannot be answered."""


class RequestError(EndpointError, HTTPError):  # type: ignore[misc]
    """The request does not have the agreed form."""

    def __init__(self, description: str) -> None:
        HTTPError.__init__(self, "400 Bad Request", title="Bad Request", description=description)

    def __str__(self) -> str:
        """The message of the 500 that a container answers whose framework is not asked."""
        return str(self.description)


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
    """TensorFlow Serving's predictions, unchanged. Raises ServingError for any other response.

    The container of release 2.20 passes an error of TensorFlow Serving on without this call.
    """
    if response.status_code != 200:
        raise ServingError(f"TensorFlow Serving answered with status {response.status_code}.")
    return response.content, CONTENT_TYPE


def _instances(body: Any) -> list[Any]:
    instances = body["instances"]
    if not isinstance(instances, list):
        raise TypeError("instances is not a list")
    return instances
