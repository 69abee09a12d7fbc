"""Describes the responses of a route, for the API's OpenAPI document."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from contracts.api import Problem

Descriptions = Mapping[HTTPStatus, str]

# Of every route: from API Gateway in front of it, and from the stores behind it.
_COMMON_ERRORS = {
    HTTPStatus.UNAUTHORIZED: "The token is missing or has expired: log in and try again.",
    HTTPStatus.FORBIDDEN: "The account lacks a site or a role.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The content type of the body is not JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A field is missing or has a wrong value; `detail` names it.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests: try again after `Retry-After` seconds.",
    HTTPStatus.SERVICE_UNAVAILABLE: "S3 is unavailable: try again after `Retry-After` seconds.",
}


def describe_responses(
    model: Any, successes: Descriptions, *, errors: Descriptions | None = None
) -> dict[int, Any]:
    """The `responses` argument of a Powertools route: `model` (None: no body) for each status of
    `successes`, problem details for each of `errors` and for the errors of every route.
    """
    return {
        **_responses(successes, "application/json", model),
        **_responses({**_COMMON_ERRORS, **(errors or {})}, "application/problem+json", Problem),
    }


def describe_file(
    content_type: str, description: str, *, errors: Descriptions | None = None
) -> dict[int, Any]:
    """The same for a route whose response is a file."""
    content = {content_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}}
    success = {int(HTTPStatus.OK): {"description": description, "content": content}}
    return {**describe_responses(None, {}, errors=errors), **success}


def _responses(descriptions: Descriptions, content_type: str, model: Any) -> dict[int, Any]:
    content = {content_type: {"model": model}} if model else {}
    return {
        int(status): {"description": description, "content": content}
        for status, description in descriptions.items()
    }
