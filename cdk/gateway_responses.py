"""Errors that API Gateway answers itself, as problem details like those of the API."""

import json
from collections.abc import Mapping

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from contracts import gateway_errors
from contracts.api import build_problem
from contracts.response_headers import DATA_HEADERS
from contracts.serialisation import serialise

RESPONSES = {
    apigateway.ResponseType.UNAUTHORIZED: gateway_errors.UNAUTHORISED,
    apigateway.ResponseType.WAF_FILTERED: gateway_errors.BLOCKED,
    apigateway.ResponseType.REQUEST_TOO_LARGE: gateway_errors.TOO_LARGE,
    apigateway.ResponseType.THROTTLED: gateway_errors.BUSY,
    apigateway.ResponseType.INTEGRATION_TIMEOUT: gateway_errors.TIMED_OUT,
    apigateway.ResponseType.DEFAULT_5_XX: gateway_errors.FUNCTION_FAILED,
}


def add_gateway_responses(scope: Construct, api: apigateway.IRestApi) -> None:
    """Covers requests that reach no function, and answers that are not valid."""
    for response_type, error in RESPONSES.items():
        problem = build_problem(error.status, error.detail, reference="$context.xrayTraceId")
        apigateway.GatewayResponse(
            scope,
            error.status.phrase.replace(" ", ""),
            rest_api=api,
            type=response_type,
            status_code=str(error.status.value),
            response_headers=_quote({**DATA_HEADERS, **error.headers}),
            templates={"application/problem+json": json.dumps(serialise(problem))},
        )
    apigateway.GatewayResponse(
        scope,
        "OtherRefusals",
        rest_api=api,
        type=apigateway.ResponseType.DEFAULT_4_XX,
        response_headers=_quote(DATA_HEADERS),
    )


def _quote(headers: Mapping[str, str]) -> dict[str, str]:
    """API Gateway takes fixed values in single quotes."""
    return {name: f"'{value}'" for name, value in headers.items()}
