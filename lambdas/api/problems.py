"""Errors of the API, and their responses as problem details (RFC 9457).

ApiError
├── LoggedOut               401  the token was ended by a logout
├── AccessDenied            403  the account lacks a site or a role
├── RadiographNotFound      404  also for another site's radiograph
├── SearchNotFound          404  a search that has expired, or of another account
├── ReviewNotFound          404  the doctor has no such review that stands
├── NotAnsweredYet          409  a review before an answer
├── ReadingAwaited          409  what tells an answer, before a reading of the blind sample
├── NothingToSettle         409  no doctors differ, or the person is one of them
├── SettingsNotFound        404  the site has no settings, or not that version
├── SettingsChanged         409  another writer has changed the settings meanwhile
├── RadiographUnreadable    500  a release that can read its facts is needed
├── BodyNotJson             415  the content type is not JSON
├── AddressNotText          422  the address has a character that cannot be shown
├── BodyNotUtf8             422  the body is not UTF-8
├── BodyTooComplex          422  the body has more levels or digits than Python parses
├── NotesFull               422  the notes of a radiograph have reached their bound
├── TooManyRadiographs      422  a request reads more radiographs than one may
├── IdempotencyKeyReused    422  the Idempotency-Key was used for another file
├── ReviewKeyReused         422  the Idempotency-Key was used for another review
└── TooManyAnnouncements    429  an account or a site announces without end

Those about accounts are in `lambdas.api.account_problems`.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from contracts.api import build_problem
from contracts.api_requests import NOT_ASCII, UNPRINTABLE
from contracts.language import ENGLISH, current_language, gettext, mark
from contracts.limits import MAX_BATCH, MAX_FILE_MEGABYTES
from contracts.printable import HEADER_PATTERN, LINE_PATTERN, TEXT_PATTERN
from contracts.serialisation import serialise

_CONTENT_TYPE = "application/problem+json"


class ApiError(Exception):
    """`detail` tells the caller what happened and what to do."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = mark("Something went wrong on our side. Nothing is lost; try again.")
    retry_after_seconds: int | None = None


class LoggedOut(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    detail = mark("You have logged out. Log in and try again.")


class AccessDenied(ApiError):
    status = HTTPStatus.FORBIDDEN

    def __init__(self, reason: str) -> None:
        text = gettext("This account may not do that: {reason}. Ask your administrator.")
        self.detail = text.format(reason=reason)


class RadiographNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = mark("There is no such radiograph.")


class SearchNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = mark("This search is over: search again.")


class ReviewNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = mark("You have no such review: it was replaced or withdrawn before.")


class NotAnsweredYet(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark("There is no answer to review yet.")


class ReadingAwaited(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark(
        "This film asks for your finding before its answer is shown. Review it, or have the answer "
        "shown without a reading; then try again."
    )


class NothingToSettle(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark(
        "There is nothing to settle: the doctors do not differ (any more), or you are one of them. "
        "Load the page again. A third doctor or an administrator settles."
    )


class SettingsNotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    detail = mark("Your site has no such settings: the deploy states the first ones.")


class SettingsChanged(ApiError):
    status = HTTPStatus.CONFLICT
    detail = mark(
        "Somebody has changed the settings since you opened them. Nothing was stored: load them "
        "again, and decide anew."
    )


class RadiographUnreadable(ApiError):
    detail = mark("What is stored about this radiograph cannot be read. Nothing is lost.")


class TooManyAnnouncements(ApiError):
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        minutes = -(-retry_after_seconds // 60)
        self.detail = gettext(
            "This account or its site has announced many files in the last minutes. Nothing that "
            "was sent is lost; go on in {minutes} min."
        ).format(minutes=minutes)


class BodyNotJson(ApiError):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = mark("Send JSON, with the header 'Content-Type: application/json'.")


class AddressNotText(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark(
        "The address has a character that cannot be shown, such as a control character; remove it."
    )


class BodyNotUtf8(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark("The body is not text in UTF-8.")


class BodyTooComplex(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark("The body has too many levels, or a number with too many digits.")


class NotesFull(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark(
        "The notes of this X-ray are full. Nothing was stored: send the review without a note."
    )


class TooManyRadiographs(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self) -> None:
        text = gettext("One request reads at most {number} radiographs.")
        self.detail = text.format(number=MAX_BATCH)


class IdempotencyKeyReused(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark(
        "This Idempotency-Key was used for another file. Send each file with a key of its own."
    )


class ReviewKeyReused(ApiError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = mark(
        "This review was sent before with another finding or note, which stays. "
        "To replace it, load the page again, or send it with a new Idempotency-Key."
    )


def build_error_response(status: HTTPStatus, detail: str, *, reference: str) -> Response[str]:
    """The response to an error, in the current language; `reference` is the id under which the "
    "logs have the request."""
    problem = build_problem(status, gettext(detail), reference=reference)
    return Response(status, _CONTENT_TYPE, json.dumps(serialise(problem)))


def describe_errors(error: RequestValidationError) -> str:
    """Names each wrong field and why, without the values: they may name a patient."""
    parts = (f"{_path(entry['loc'])}: {_reason(entry)}" for entry in error.errors())
    return "; ".join(parts)


def _path(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location)


def _reason(entry: Mapping[str, Any]) -> str:
    if entry["loc"][-1] == "bytes" and entry["type"] == "less_than_equal":
        return gettext("files up to {number} MB are accepted").format(number=MAX_FILE_MEGABYTES)
    pattern = entry.get("ctx", {}).get("pattern")
    if pattern == HEADER_PATTERN:
        return gettext(NOT_ASCII)
    if pattern in (LINE_PATTERN, TEXT_PATTERN) or entry["type"] == "string_unicode":
        return gettext(UNPRINTABLE)
    if entry["type"] == "value_error" or current_language().code == ENGLISH:
        return str(entry["msg"]).removeprefix("Value error, ")
    # The other messages are pydantic's, in English.
    return gettext("the value is not accepted")
