"""Ends a session: after it the API refuses the token, also a copy of it."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from lambdas.api.openapi_responses import describe_responses
from lambdas.api.services import read_token_id, require_user, services

router = APIGatewayRouter()


@router.post(
    "/logout",
    summary="Refuse this token from now on",
    responses=describe_responses(None, {HTTPStatus.NO_CONTENT: "The token is refused."}),
)
def log_out() -> Response[None]:
    """A token that is refused already is refused here too, with 401."""
    require_user(router.current_event)
    services().token_ends.put_logout(read_token_id(router.current_event))
    return Response(HTTPStatus.NO_CONTENT)


@router.get(
    "/session",
    summary="Check whether this token is accepted",
    responses=describe_responses(None, {HTTPStatus.NO_CONTENT: "The token is accepted."}),
)
def check() -> Response[None]:
    require_user(router.current_event)
    return Response(HTTPStatus.NO_CONTENT)
