"""Handles the `/v1` API: registers its routes and turns errors into problem details."""

import json
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from contracts.language import Language, mark, use_language
from contracts.printable import is_line
from contracts.response_headers import DATA_HEADERS
from contracts.trace import read_trace_id
from lambdas.api import (
    audit_trail,
    correct_age,
    count_lists,
    create_radiograph,
    delete_film,
    export_list,
    list_radiographs,
    model_card,
    neighbours,
    openings,
    overview,
    patient_films,
    people,
    read_radiograph,
    read_radiographs,
    report_radiograph,
    review_radiograph,
    search_radiographs,
    sessions,
    show_answer,
    site_settings,
    withdraw_review,
)
from lambdas.api.problems import (
    AddressNotText,
    ApiError,
    BodyNotJson,
    BodyNotUtf8,
    BodyTooComplex,
    RadiographUnreadable,
    build_error_response,
    describe_errors,
)
from lambdas.identity import IdentityError
from lambdas.observability import logger, tracer
from lambdas.unreadable import UnreadableError
from languages.catalogues import Catalogues
from languages.negotiation import choose_language
from screening.errors import ModelError
from storage.models_bucket import ModelMissingError

_catalogues = Catalogues()
app = APIGatewayRestResolver(enable_validation=True)
for route in (
    create_radiograph,
    count_lists,
    read_radiograph,
    read_radiographs,
    neighbours,
    patient_films,
    openings,
    audit_trail,
    list_radiographs,
    search_radiographs,
    report_radiograph,
    export_list,
    review_radiograph,
    withdraw_review,
    show_answer,
    correct_age,
    delete_film,
    model_card,
    sessions,
    site_settings,
    overview,
    people,
):
    app.include_router(route.router, prefix="/v1")


@logger.inject_lambda_context(
    correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True
)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request of API Gateway."""
    with use_language(_find_language(event)):
        response = _resolve(event, context)
    response["headers"] = {**response.get("headers", {}), **DATA_HEADERS}
    return response


def _find_language(event: Mapping[str, Any]) -> Language:
    """Texts for people, such as errors and reports, are in the language that the caller accepts."""
    headers = event.get("headers") or {}
    header = next(
        (value for name, value in headers.items() if name.lower() == "accept-language"), ""
    )
    return _catalogues.load(choose_language(header, _catalogues.codes)).language


def _resolve(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        _require_text(event)
        _require_json(APIGatewayProxyEvent(event))
    except ApiError as error:
        response = build_error_response(error.status, error.detail, reference=read_trace_id())
        return {
            "statusCode": response.status_code,
            "headers": response.headers,
            "body": response.body,
        }
    return app.resolve(event, context)


def _require_text(event: Mapping[str, Any]) -> None:
    """Raises AddressNotText: no path and no query, read or not, has such characters."""
    query = event.get("multiValueQueryStringParameters") or {}
    texts = [event["path"], *query, *(value for values in query.values() for value in values)]
    if not all(is_line(text) for text in texts):
        raise AddressNotText


def _require_json(request: APIGatewayProxyEvent) -> None:
    """Raises BodyNotJson, BodyNotUtf8 or BodyTooComplex. Powertools would parse a form, and fail on
    all others. A body without a content type may be JSON.
    """
    if not request.body:
        return
    content_type = "".join(request.resolved_headers_field.get("content-type") or "application/json")
    if content_type.partition(";")[0].strip() != "application/json":
        raise BodyNotJson
    try:
        with suppress(json.JSONDecodeError):  # Powertools says where the error is.
            json.loads(request.decoded_body or "")
    except UnicodeDecodeError as error:
        raise BodyNotUtf8 from error
    except (RecursionError, ValueError) as error:
        raise BodyTooComplex from error


@app.exception_handler(ApiError)
def _handle_api_error(error: ApiError) -> Response[str]:
    response = build_error_response(error.status, error.detail, reference=read_trace_id())
    if error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


@app.exception_handler(RequestValidationError)
def _handle_invalid_request(error: RequestValidationError) -> Response[str]:
    return build_error_response(
        HTTPStatus.UNPROCESSABLE_ENTITY, describe_errors(error), reference=read_trace_id()
    )


@app.exception_handler([UnreadableError, IdentityError])
def _handle_unreadable(error: Exception) -> Response[str]:
    problem = RadiographUnreadable()
    return build_error_response(problem.status, problem.detail, reference=read_trace_id())


@app.not_found
def _handle_no_route(error: NotFoundError) -> Response[str]:
    return build_error_response(
        HTTPStatus.NOT_FOUND, mark("There is no such address."), reference=read_trace_id()
    )


@app.exception_handler([BotoCoreError, ClientError, ModelMissingError, ModelError])
def _handle_unavailable_store(error: Exception) -> Response[str]:
    """S3 cannot be reached: the caller may try again."""
    logger.error("A store did not answer", extra={"error": type(error).__name__})
    response = build_error_response(
        HTTPStatus.SERVICE_UNAVAILABLE,
        mark("Something went wrong on our side. Nothing is lost; try again in a moment."),
        reference=read_trace_id(),
    )
    response.headers["Retry-After"] = "2"
    return response
