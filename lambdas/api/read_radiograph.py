"""Returns one radiograph, and waits up to two seconds for its answer if the caller asks for it."""

import time
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import User
from contracts.api import RadiographView
from contracts.record import FINAL_STATES, State
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import RadiographNotFound
from lambdas.api.request_limits import may_wait
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_full_view
from lambdas.identified_record import IdentifiedRecord

router = APIGatewayRouter()

MAX_WAIT_SECONDS = 2.0
# A call to Redis takes a tenth of a millisecond, one to S3 takes 20 ms and costs money.
REDIS_INTERVAL_SECONDS = 0.05
_S3_INTERVAL_SECONDS = 0.5


@router.get(
    "/radiographs/<radiograph>",
    summary="Read a radiograph",
    responses=describe_responses(
        RadiographView,
        {HTTPStatus.OK: "The radiograph, answered or not yet."},
        errors={HTTPStatus.NOT_FOUND: RadiographNotFound.detail},
    ),
)
def read(
    radiograph: str,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
    prefetch: Annotated[bool, Query()] = False,
) -> RadiographView:
    """The audit trail has who opened the radiograph. `prefetch`: nobody sees it yet; who shows it
    later posts to its `openings`. Of a deleted radiograph, the state and the deletion are left.
    """
    user = require_user(router.current_event)
    identified_record = _wait_for_answer(services(), radiograph, user, seconds=wait)
    if not prefetch and identified_record.record.state is not State.DELETED:
        services().openings.add(user, radiograph)
    return build_full_view(identified_record, services().images, user=user)


def _wait_for_answer(
    services: Services, radiograph_id: str, user: User, *, seconds: float
) -> IdentifiedRecord:
    """The record once it has an answer, or as it is after `seconds`, and at once where the
    account waits for many already. Raises RadiographNotFound.
    """
    deadline = time.monotonic() + seconds
    identified_record = services.read_record_or_trace(radiograph_id, user)
    if seconds == 0 or has_answer(identified_record) or not may_wait(services.cache, user):
        return identified_record
    while not has_answer(identified_record) and time.monotonic() < deadline:
        time.sleep(REDIS_INTERVAL_SECONDS if services.cache.available else _S3_INTERVAL_SECONDS)
        identified_record = services.cache.read_record(
            radiograph_id
        ) or services.read_record_or_trace(radiograph_id, user)
    return identified_record


def has_answer(identified_record: IdentifiedRecord) -> bool:
    """Whether waiting is of no use."""
    return identified_record.record.state in FINAL_STATES | {State.FAILED, State.UNREADABLE}
