"""Reads one radiograph, and waits a little for its answer where the caller asks for that."""

import time
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import User
from contracts.api import RadiographView
from contracts.record import FINAL_STATES, State
from lambdas.api import views
from lambdas.api.openapi_responses import answers
from lambdas.api.problems import NoSuchRadiograph
from lambdas.api.services import Backend, backend, user_of
from lambdas.cache import Entry

router = APIGatewayRouter()

MAX_WAIT_SECONDS = 2.0
# Redis is asked often, since it costs a tenth of a millisecond; S3 only twice a second.
_ASK_REDIS_SECONDS = 0.05
_ASK_S3_SECONDS = 0.5


@router.get(
    "/radiographs/<radiograph>",
    summary="Read a radiograph",
    responses=answers(
        RadiographView,
        {HTTPStatus.OK: "The radiograph, answered or not yet."},
        errors={HTTPStatus.NOT_FOUND: NoSuchRadiograph.detail},
    ),
)
def read(
    radiograph: str, wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0
) -> RadiographView:
    user = user_of(router.current_event)
    parts = backend()
    entry = _wait(parts, radiograph, user, seconds=wait)
    return views.alone(entry, parts.store)


def _wait(parts: Backend, radiograph: str, user: User, *, seconds: float) -> Entry:
    """The entry once it is answered, or as it is after `seconds`. Raises NoSuchRadiograph."""
    until = time.monotonic() + seconds
    entry = parts.entry(radiograph, user)
    while not _answered(entry) and time.monotonic() < until:
        time.sleep(_ASK_REDIS_SECONDS if parts.cache.available else _ASK_S3_SECONDS)
        entry = parts.cache.entry(radiograph) or parts.entry(radiograph, user)
    return entry


def _answered(entry: Entry) -> bool:
    return entry.record.state in FINAL_STATES | {State.FAILED}
