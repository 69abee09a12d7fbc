"""What a route may answer, for the API's OpenAPI document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from contracts.api import Problem

# From any route: of the door in front of it, and of the stores behind it.
_ANYWHERE = {
    HTTPStatus.UNAUTHORIZED: "No token, or one that is over: log in and try again.",
    HTTPStatus.FORBIDDEN: "The account lacks a site or a role.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not called JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in the request cannot be; it says what.",
    HTTPStatus.TOO_MANY_REQUESTS: "Many requests at once: try again after `Retry-After` seconds.",
    HTTPStatus.SERVICE_UNAVAILABLE: "A store is away: try again after `Retry-After` seconds.",
}


def answers(
    model: Any, said: Mapping[HTTPStatus, str], *, errors: Mapping[HTTPStatus, str] | None = None
) -> dict[int, Any]:
    """Powertools' `responses`: `model` with each status of `said`, and problem details with those
    of `errors` and with what any route may answer."""
    return {
        **{int(status): _answer(text, "application/json", model) for status, text in said.items()},
        **{
            int(status): _answer(text, "application/problem+json", Problem)
            for status, text in {**_ANYWHERE, **(errors or {})}.items()
        },
    }


def _answer(text: str, content_type: str, model: Any) -> dict[str, Any]:
    return {"description": text, "content": {content_type: {"model": model}}}
