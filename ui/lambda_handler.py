"""The Lambda function of the page: Zappa's handler with four corrections.

Zappa's handler sends each Set-Cookie header twice, logs whole URLs (with login codes in them), runs
any Python code that an event holds as `raw_command`, and fails at text that cannot be encoded. Here
each cookie is sent once, no URL is logged, and only HTTP requests are handled, whose text can be.
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from zappa.handler import lambda_handler

# Zappa would import it at the first request; while it starts, a function has a full CPU.
import ui.wsgi  # noqa: F401

logging.getLogger("zappa.wsgi").setLevel(logging.WARNING)


class NotARequestError(ValueError):
    """The event is not an HTTP request from API Gateway."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    if "httpMethod" not in event:
        raise NotARequestError
    if not _is_encodable(event):
        return {
            "statusCode": HTTPStatus.BAD_REQUEST,
            "headers": {"Content-Type": "text/plain", "Cache-Control": "no-store"},
            "body": "The address or a header of this request is not text. Go back and try again.",
        }
    response: dict[str, Any] = lambda_handler(event, context)
    # Zappa writes the same cookies under two spellings in `multiValueHeaders`, and again in
    # `headers`; API Gateway sends both.
    multi_headers: dict[str, list[str]] = response.get("multiValueHeaders", {})
    names = _cookie_header_names(multi_headers)
    cookies = [value for name in names for value in multi_headers.pop(name)]
    for name in _cookie_header_names(response.get("headers", {})):
        del response["headers"][name]
    if cookies:
        multi_headers["Set-Cookie"] = list(dict.fromkeys(cookies))
    return response


def _is_encodable(event: Mapping[str, Any]) -> bool:
    """False for lone surrogates, at which Zappa's handler fails."""
    try:
        json.dumps(event, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _cookie_header_names(headers: dict[str, Any]) -> list[str]:
    return [name for name in headers if name.lower() == "set-cookie"]
