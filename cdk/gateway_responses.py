"""Errors that API Gateway answers itself, as problem details like those of the API."""

import json
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from contracts.api import build_problem
from contracts.serialisation import serialise

RESPONSES = {
    apigateway.ResponseType.UNAUTHORIZED: (HTTPStatus.UNAUTHORIZED, "Log in and try again."),
    apigateway.ResponseType.WAF_FILTERED: (
        HTTPStatus.FORBIDDEN,
        "The firewall stopped this request. If it was yours, tell your administrator when.",
    ),
    apigateway.ResponseType.REQUEST_TOO_LARGE: (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The request is larger than 10 MB.",
    ),
    apigateway.ResponseType.THROTTLED: (
        HTTPStatus.TOO_MANY_REQUESTS,
        "Many requests at once. Try again in a moment.",
    ),
    apigateway.ResponseType.INTEGRATION_TIMEOUT: (
        HTTPStatus.GATEWAY_TIMEOUT,
        "It took too long. Try again.",
    ),
    apigateway.ResponseType.DEFAULT_5_XX: (
        HTTPStatus.BAD_GATEWAY,
        "Something went wrong on our side. Try again.",
    ),
}
_HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "'Bearer'"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "'1'"},
}


def add_gateway_responses(scope: Construct, api: apigateway.IRestApi) -> None:
    """Covers requests that reach no function, and answers that are not valid."""
    for response_type, (status, detail) in RESPONSES.items():
        problem = build_problem(status, detail, reference="$context.requestId")
        apigateway.GatewayResponse(
            scope,
            status.phrase.replace(" ", ""),
            rest_api=api,
            type=response_type,
            status_code=str(status.value),
            response_headers=_HEADERS.get(status),
            templates={"application/problem+json": json.dumps(serialise(problem))},
        )
