"""What the front door answers itself: problem details, as the API behind it does."""

import json
from http import HTTPStatus

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from contracts.api import Problem

KINDS = {
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


def refuse_in_words(scope: Construct, api: apigateway.IRestApi) -> None:
    """For what never reaches a function, or comes back from it broken."""
    for kind, (status, detail) in KINDS.items():
        problem = Problem(
            type="about:blank",
            title=status.phrase,
            status=status,
            detail=detail,
            reference="$context.requestId",
        )
        apigateway.GatewayResponse(
            scope,
            status.phrase.replace(" ", ""),
            rest_api=api,
            type=kind,
            status_code=str(status.value),
            response_headers=_HEADERS.get(status),
            templates={"application/problem+json": json.dumps(problem.to_json())},
        )
