"""Errors of the API, and their responses as problem details (RFC 9457).

ApiError
├── LoggedOut               401  the token was ended by a logout
├── AccessDenied            403  the account lacks a site or a role
├── RadiographNotFound      404  also for another site's radiograph
├── NotAnsweredYet          409  a review before an answer
├── SettingsNotFound        404  the site has no settings, or not that version
├── SettingsChanged         409  another writer has changed the settings meanwhile
├── RadiographUnreadable    500  a release that can read its facts is needed
├── BodyNotJson             415  the content type is not JSON
├── AddressNotText          422  the address has a character that cannot be shown
├── BodyNotUtf8             422  the body is not UTF-8
├── BodyTooComplex          422  the body has more levels or digits than Python parses
├── NotesFull               422  the notes of a radiograph have reached their bound
├── IdempotencyKeyReused    422  the Idempotency-Key was used for another file
├── ReviewKeyReused         422  the Idempotency-Key was used for another review
└── TooManyAnnouncements    429  an account or a site announces without end
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from contracts.api import UNPRINTABLE, build_problem
from contracts.limits import MAX_FILE_MEGABYTES
from contracts.printable import LINE_PATTERN, TEXT_PATTERN
from contracts.serialisation import serialise

_CONTENT_TYPE = "application/problem+json"


class ApiError(Exception):
    """`detail` tells the caller what happened and what to do."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Something went wrong on our side. Nothing is lost; try again."
    retry_after_seconds: int | None = None


class LoggedOut(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    detail = "You have logged out. Log in and try again."


class AccessDenied(ApiError):
    status = HTTPStatus.FORBIDDEN

    def __init__(self, reason: str) -> None:
        self.detail = f"This account may not do that: {reason}. Ask your administrator."


class RadiographNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such radiograph."


class NotAnsweredYet(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "There is no answer to review yet."


class SettingsNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = "Your site has no such settings: the deploy states the first ones."


class SettingsChanged(ApiError):
    status = HTTPStatus.CONFLICT
    detail = (
        "Somebody has changed the settings since you opened them. Nothing was stored: load them "
        "again, and decide anew."
    )


class RadiographUnreadable(ApiError):
    detail = "What is stored about this radiograph cannot be read. Nothing is lost."


class TooManyAnnouncements(ApiError):
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        minutes = -(-retry_after_seconds // 60)
        self.detail = (
            "This account or its site has announced many files in the last minutes. Nothing that "
            f"was sent is lost; go on in {minutes} min."
        )


class BodyNotJson(ApiError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "Send JSON, with the header 'Content-Type: application/json'."


class AddressNotText(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = f"The address {UNPRINTABLE}."


class BodyNotUtf8(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The body is not text in UTF-8."


class BodyTooComplex(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The body has too many levels, or a number with too many digits."


class NotesFull(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The notes of this X-ray are full. Nothing was stored: send the review without a note."


class IdempotencyKeyReused(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "This Idempotency-Key was used for another file. Send each file with a key of its own."


class ReviewKeyReused(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = (
        "This review was sent before with another verdict or note, which stays. "
        "To add another one, load the page again, or send it with a new Idempotency-Key."
    )


def build_error_response(status: HTTPStatus, detail: str, *, reference: str) -> Response[str]:
    """The response to an error; `reference` is the id under which the logs have the request."""
    problem = build_problem(status, detail, reference=reference)
    return Response(status, _CONTENT_TYPE, json.dumps(serialise(problem)))


def describe_errors(error: RequestValidationError) -> str:
    """Names each wrong field and why, without the values: they may name a patient."""
    parts = (f"{_path(entry['loc'])}: {_reason(entry)}" for entry in error.errors())
    return "; ".join(parts)


def _path(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location)


def _reason(entry: Mapping[str, Any]) -> str:
    if entry["loc"][-1] == "bytes" and entry["type"] == "less_than_equal":
        return f"files up to {MAX_FILE_MEGABYTES} MB are accepted"
    is_unprintable = entry["type"] == "string_unicode" or (
        entry.get("ctx", {}).get("pattern") in (LINE_PATTERN, TEXT_PATTERN)
    )
    if is_unprintable:
        return UNPRINTABLE
    return str(entry["msg"]).removeprefix("Value error, ")
