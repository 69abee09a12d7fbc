"""Errors of the API, and the one place that turns them into problem details (RFC 9457).

ApiError
├── NoAccess            403  the account lacks a site or a role
├── NoSuchRadiograph    404  also for another site's
├── NotAnsweredYet      409  a review before an answer
├── NotJson             415  a body that calls itself something else
├── NotText             422  a body that is no UTF-8
└── KeyUsedOtherwise    422  the Idempotency-Key was used for another file
"""

import json
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from contracts.api import build_problem
from contracts.serialisation import serialise

_CONTENT_TYPE = "application/problem+json"


class ApiError(Exception):
    """`detail` tells the caller what happened and what to do."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Something went wrong on our side. Nothing is lost; try again."


class NoAccess(ApiError):
    status = HTTPStatus.FORBIDDEN

    def __init__(self, why: str) -> None:
        self.detail = f"This account may not do that: {why}. Ask your administrator."


class NoSuchRadiograph(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = "There is no such radiograph."


class NotAnsweredYet(ApiError):
    status = HTTPStatus.CONFLICT
    detail = "There is no answer to review yet."


class NotJson(ApiError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "Send JSON, with the header 'Content-Type: application/json'."


class NotText(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The body is not text in UTF-8."


class KeyUsedOtherwise(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "This Idempotency-Key was used for another file. Send each file with a key of its own."


def problem(status: HTTPStatus, detail: str, *, reference: str) -> Response[str]:
    fields = build_problem(status, detail, reference=reference)
    return Response(status, _CONTENT_TYPE, json.dumps(serialise(fields)))


def unreadable(error: RequestValidationError) -> str:
    """What is wrong with a request, without quoting it: it may name a patient."""
    wrong = (f"{_place(entry['loc'])}: {_reason(entry['msg'])}" for entry in error.errors())
    return "; ".join(wrong)


def _place(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location)


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")
