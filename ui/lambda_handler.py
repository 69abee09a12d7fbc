"""The Lambda function: Zappa's handler, with three of its habits mended.

It sends each Set-Cookie twice, it logs whole addresses, with login codes in them, and it runs any
Python that an event brings as `raw_command`: here only requests pass.
"""

import logging
from typing import Any

from zappa.handler import lambda_handler

# Zappa would import it with the first request; while Lambda starts it has a whole processor.
import ui.wsgi  # noqa: F401

logging.getLogger("zappa.wsgi").setLevel(logging.WARNING)


class NotARequestError(ValueError):
    """An event that did not come from the front door."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    if "httpMethod" not in event:
        raise NotARequestError
    answer: dict[str, Any] = lambda_handler(event, context)
    # Both spellings hold the same cookies; API Gateway sends what stands here beside the headers.
    several: dict[str, list[str]] = answer.get("multiValueHeaders", {})
    cookies = [value for name in _cookie_names(several) for value in several.pop(name)]
    for name in _cookie_names(answer.get("headers", {})):
        del answer["headers"][name]
    if cookies:
        several["Set-Cookie"] = list(dict.fromkeys(cookies))
    return answer


def _cookie_names(headers: dict[str, Any]) -> list[str]:
    return [name for name in headers if name.lower() == "set-cookie"]
