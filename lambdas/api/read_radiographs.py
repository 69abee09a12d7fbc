"""Returns many radiographs at once, and waits up to two seconds until one of them has an answer."""

import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.api import Batch
from contracts.limits import MAX_BATCH
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import TooManyRadiographs
from lambdas.api.read_radiograph import MAX_WAIT_SECONDS, REDIS_INTERVAL_SECONDS, has_answer
from lambdas.api.request_limits import may_wait
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_arrived_view, build_list_view
from lambdas.identified_record import IdentifiedRecord

router = APIGatewayRouter()

_ID = keys.RADIOGRAPH_ID_PATTERN
_IDS = Query(pattern=rf"^({_ID}(,{_ID}){{0,{MAX_BATCH - 1}}})?$")
Records = Mapping[str, IdentifiedRecord]


@router.get(
    "/radiographs/batch",
    summary="Read many radiographs",
    responses=describe_responses(
        Batch, {HTTPStatus.OK: "Those that the site has; an id of another site is left out."}
    ),
)
def read(
    ids: Annotated[str, _IDS] = "",
    screening: Annotated[str, _IDS] = "",
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS)] = 0,
) -> Batch:
    """`ids` and `screening` are joined by commas, at most 60 in all. The file of each radiograph in
    `screening` has arrived as the caller knows: the response is held until one of them has an
    answer, and S3 is not asked for their files.
    """
    user = require_user(router.current_event)
    awaited = list(filter(None, screening.split(",")))
    radiograph_ids = list(dict.fromkeys([*awaited, *filter(None, ids.split(","))]))
    if len(radiograph_ids) > MAX_BATCH:
        raise TooManyRadiographs
    records = _wait_for_answers(services(), radiograph_ids, user, awaited=awaited, seconds=wait)
    images = services().images
    return Batch(
        radiographs=tuple(
            build(record, images, user=user)
            for radiograph_id, record in records.items()
            for build in [build_arrived_view if radiograph_id in awaited else build_list_view]
        )
    )


def _wait_for_answers(
    services: Services,
    radiograph_ids: Sequence[str],
    user: User,
    *,
    awaited: Sequence[str],
    seconds: float,
) -> Records:
    """The records of the site once one of `awaited` has an answer, or as they are after `seconds`.

    Meanwhile Redis alone is asked, once for all. Where it has no answer in the end, the facts are.
    """
    deadline = time.monotonic() + seconds
    records = services.read_cached_records(radiograph_ids, user)
    own = [radiograph_id for radiograph_id in awaited if radiograph_id in records]
    is_waiting = seconds > 0 and own and not _is_any_answered(records, own)
    if is_waiting and may_wait(services.cache, user):
        while services.cache.available and time.monotonic() < deadline:
            time.sleep(REDIS_INTERVAL_SECONDS)
            records = services.read_cached_records(radiograph_ids, user)
            if _is_any_answered(records, own):
                break
    if _is_any_answered(records, own) and len(records) == len(radiograph_ids):
        return records
    return services.read_records(radiograph_ids, user)


def _is_any_answered(records: Records, radiograph_ids: Sequence[str]) -> bool:
    return any(
        has_answer(records[radiograph_id])
        for radiograph_id in radiograph_ids
        if radiograph_id in records
    )
