"""The `/v1` API: its routes, and its errors as problem details."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from lambdas.api import (
    create_radiograph,
    list_radiographs,
    model_card,
    read_radiograph,
    review_radiograph,
)
from lambdas.api.problems import ApiError, NotJson, NotText, problem, unreadable
from lambdas.observability import logger, tracer
from storage.models_bucket import ModelMissingError

app = APIGatewayRestResolver(enable_validation=True)
for unit in (create_radiograph, read_radiograph, list_radiographs, review_radiograph, model_card):
    app.include_router(unit.router, prefix="/v1")


@logger.inject_lambda_context(
    correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True
)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        _require_json(APIGatewayProxyEvent(event))
    except ApiError as error:
        reference = event["requestContext"]["requestId"]
        refused = problem(error.status, error.detail, reference=reference)
        return {
            "statusCode": refused.status_code,
            "headers": refused.headers,
            "body": refused.body,
        }
    return app.resolve(event, context)


def _require_json(request: APIGatewayProxyEvent) -> None:
    """Before Powertools, which would try to read a form, and fail at what is no UTF-8. A body that
    does not say what it is may be JSON."""
    if not request.body:
        return
    kind = "".join(request.resolved_headers_field.get("content-type") or "application/json")
    if kind.partition(";")[0].strip() != "application/json":
        raise NotJson
    try:
        _ = request.decoded_body
    except UnicodeDecodeError as error:
        raise NotText from error


@app.exception_handler(ApiError)
def _api_error(error: ApiError) -> Response[str]:
    return problem(error.status, error.detail, reference=_reference())


@app.exception_handler(RequestValidationError)
def _unreadable(error: RequestValidationError) -> Response[str]:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, unreadable(error), reference=_reference())


@app.not_found
def _no_route(error: NotFoundError) -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, "There is no such address.", reference=_reference())


@app.exception_handler([BotoCoreError, ClientError, ModelMissingError])
def _unavailable(error: Exception) -> Response[str]:
    """What we keep cannot be reached: the caller may try again."""
    logger.error("A store did not answer", extra={"error": type(error).__name__})
    answer = problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Something went wrong on our side. Nothing is lost; try again in a moment.",
        reference=_reference(),
    )
    answer.headers["Retry-After"] = "2"
    return answer


def _reference() -> str:
    return str(app.current_event.request_context.request_id or "")
