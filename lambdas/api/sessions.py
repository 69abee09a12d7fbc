"""Records a login, and ends a session: after it the API refuses the token, also a copy of it."""

from datetime import UTC, datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from lambdas import clock
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.services import read_issue_time, read_token_id, require_user, services

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


@router.post(
    "/session",
    summary="Record that this token comes from a login",
    responses=describe_responses(None, {HTTPStatus.NO_CONTENT: "Recorded, once for each token."}),
)
def log_in() -> Response[None]:
    """The page calls it after a login by password, and not after a renewal. The time is that of the
    token; where it is not told, that of the call.
    """
    user = require_user(router.current_event)
    issued_at = read_issue_time(router.current_event.request_context.authorizer.claims or {})
    at = datetime.fromtimestamp(issued_at, UTC) if issued_at else clock.now()
    services().logins.add(user, at)
    return Response(HTTPStatus.NO_CONTENT)


@router.get(
    "/session",
    summary="Check whether this token is accepted",
    responses=describe_responses(None, {HTTPStatus.NO_CONTENT: "The token is accepted."}),
)
def check() -> Response[None]:
    require_user(router.current_event)
    return Response(HTTPStatus.NO_CONTENT)
