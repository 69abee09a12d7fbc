"""The errors that the gateway in front of the functions answers itself, in both environments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from contracts.language import mark


@dataclass(frozen=True, kw_only=True)
class GatewayError:
    """`detail` tells the caller what happened and what to do, in English: the gateway knows no
    language, so the page translates it.
    """

    status: HTTPStatus
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


UNAUTHORISED = GatewayError(
    status=HTTPStatus.UNAUTHORIZED,
    detail=mark("Log in and try again."),
    headers={"WWW-Authenticate": "Bearer"},
)
BLOCKED = GatewayError(
    status=HTTPStatus.FORBIDDEN,
    detail=mark(
        "The firewall stopped this request. If it was yours, tell your administrator when."
    ),
)
# Lambda takes events of at most 6 MB; API Gateway itself refuses requests from 10 MB on.
TOO_LARGE = GatewayError(
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail=mark("The request is larger than 6 MB.")
)
BUSY = GatewayError(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    detail=mark("Many requests at once. Try again in a moment."),
    headers={"Retry-After": "1"},
)
TIMED_OUT = GatewayError(
    status=HTTPStatus.GATEWAY_TIMEOUT, detail=mark("It took too long. Try again.")
)
FUNCTION_FAILED = GatewayError(
    status=HTTPStatus.BAD_GATEWAY, detail=mark("Something went wrong on our side. Try again.")
)
