"""Lists a site's radiographs, newest first, and finds radiographs by file name.

The order comes from the index in S3, which is always complete; Redis only saves reading records.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.answers import Decision
from contracts.api import PAGE_SIZE, Worklist
from contracts.record import State
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.request_models import SearchRequest
from lambdas.api.services import Services, require_user, services
from lambdas.api.views import build_list_view
from lambdas.identified_record import IdentifiedRecord

router = APIGatewayRouter()

# How many radiographs one request examines for its filter.
_MAX_EXAMINED = 1000
_MAX_EXAMINED_WITHOUT_REDIS = 100
_CHUNK = 100

_CURSOR = re.compile(rf"^\d{{14}}-{keys.RADIOGRAPH_ID_PATTERN}$")

Predicate = Callable[[IdentifiedRecord], bool]


class Filter(StrEnum):
    ALL = "all"
    TO_REVIEW = "to_review"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"


@router.get(
    "/radiographs",
    summary="List the site's radiographs, newest first",
    responses=describe_responses(
        Worklist, {HTTPStatus.OK: "A page; its `cursor` requests the next."}
    ),
)
def worklist(
    filter_: Annotated[Filter, Query(alias="filter")] = Filter.ALL,
    cursor: Annotated[str | None, Query(pattern=_CURSOR.pattern)] = None,
) -> Worklist:
    user = require_user(router.current_event)
    return _build_page(
        services(), user.site, predicate=_PREDICATES[filter_], cursor=cursor, size=PAGE_SIZE
    )


@router.post(
    "/radiographs/search",
    summary="Find radiographs by a part of their file name",
    responses=describe_responses(Worklist, {HTTPStatus.OK: "The matches, newest first."}),
)
def search(request: SearchRequest) -> Worklist:
    user = require_user(router.current_event)
    part = request.file_name.casefold()

    def has_part(identified_record: IdentifiedRecord) -> bool:
        return (
            _PREDICATES[Filter.ALL](identified_record)
            and part in identified_record.file_name.casefold()
        )

    return _build_page(services(), user.site, predicate=has_part, cursor=None, size=_CHUNK)


_PREDICATES: dict[Filter, Predicate] = {
    Filter.ALL: lambda identified_record: identified_record.record.state is not State.DELETED,
    # One that cannot be read may hold an answer that nobody has reviewed.
    Filter.TO_REVIEW: lambda identified_record: (
        identified_record.record.state is State.UNREADABLE
        or (
            identified_record.record.state is State.SCREENED
            and not identified_record.record.reviews
        )
    ),
    # A decision of a later release, which cannot be shown, is among them.
    Filter.UNCERTAIN: lambda identified_record: (
        identified_record.record.answer is not None
        and identified_record.record.answer.decision
        not in (Decision.PNEUMONIA, Decision.NO_PNEUMONIA)
    ),
    Filter.REJECTED: lambda identified_record: identified_record.record.state is State.REJECTED,
}


def _build_page(
    services: Services, site: str, *, predicate: Predicate, cursor: str | None, size: int
) -> Worklist:
    """Examines index keys from `cursor` on, until the page is full or the limit is reached."""
    matches: list[IdentifiedRecord] = []
    examined, after = 0, keys.index_prefix(site) + cursor if cursor else None
    more = True
    while more and len(matches) < size and examined < _max_examined(services):
        chunk = services.index.list_newest(site, after=after, limit=min(_CHUNK, 2 * size))
        more = bool(chunk)
        radiograph_ids = [keys.parse_index_key(key)[0] for key in chunk]
        records = {
            identified_record.record.radiograph_id: identified_record
            for identified_record in services.reader.read_many(radiograph_ids)
        }
        for key, radiograph_id in zip(chunk, radiograph_ids, strict=True):
            if len(matches) == size:
                break
            examined, after = examined + 1, key
            identified_record = records.get(radiograph_id)
            if identified_record is not None and predicate(identified_record):
                matches.append(identified_record)
    return Worklist(
        radiographs=tuple(build_list_view(match, services.images) for match in matches),
        cursor=after.rsplit("/", 1)[1] if more and after else None,
        complete=services.cache.available,
    )


def _max_examined(services: Services) -> int:
    return _MAX_EXAMINED if services.cache.available else _MAX_EXAMINED_WITHOUT_REDIS
