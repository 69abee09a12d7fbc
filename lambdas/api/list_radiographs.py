"""Lists a site's radiographs, newest first, and finds some by their file names.

The order is S3's own index, which is never incomplete; Redis only saves the reading of records.
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
from lambdas.api import views
from lambdas.api.openapi_responses import answers
from lambdas.api.request_models import SearchRequest
from lambdas.api.services import Backend, backend, user_of
from lambdas.cache import Entry
from lambdas.entries import read_entries

router = APIGatewayRouter()

# How far back one request looks for radiographs that pass its filter.
_LOOK_AT = 1000
_LOOK_AT_WITHOUT_REDIS = 100
_CHUNK = 100

_CURSOR = re.compile(r"^\d{14}-[a-z2-7]{26}$")

Passes = Callable[[Entry], bool]


class Filter(StrEnum):
    ALL = "all"
    TO_REVIEW = "to_review"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"


@router.get(
    "/radiographs",
    summary="List the site's radiographs, newest first",
    responses=answers(Worklist, {HTTPStatus.OK: "A page; its `cursor` asks for the next."}),
)
def worklist(
    filter_: Annotated[Filter, Query(alias="filter")] = Filter.ALL,
    cursor: Annotated[str | None, Query(pattern=_CURSOR.pattern)] = None,
) -> Worklist:
    user = user_of(router.current_event)
    return _page(backend(), user.site, passes=_FILTERS[filter_], cursor=cursor, size=PAGE_SIZE)


@router.post(
    "/radiographs/search",
    summary="Find radiographs by a part of their file name",
    responses=answers(Worklist, {HTTPStatus.OK: "What was found, newest first."}),
)
def search(request: SearchRequest) -> Worklist:
    user = user_of(router.current_event)
    sought = request.file_name.casefold()

    def named(entry: Entry) -> bool:
        return _FILTERS[Filter.ALL](entry) and sought in entry.file_name.casefold()

    return _page(backend(), user.site, passes=named, cursor=None, size=_CHUNK)


_FILTERS: dict[Filter, Passes] = {
    Filter.ALL: lambda entry: entry.record.state is not State.DELETED,
    Filter.TO_REVIEW: lambda entry: (
        entry.record.state is State.SCREENED and not entry.record.reviews
    ),
    Filter.UNCERTAIN: lambda entry: (
        entry.record.answer is not None
        and entry.record.answer.decision in (Decision.UNCERTAIN, Decision.NOT_ASSESSED)
    ),
    Filter.REJECTED: lambda entry: entry.record.state is State.REJECTED,
}


def _page(parts: Backend, site: str, *, passes: Passes, cursor: str | None, size: int) -> Worklist:
    found: list[Entry] = []
    looked_at, after = 0, keys.index_prefix(site) + cursor if cursor else None
    more = True
    while more and len(found) < size and looked_at < _limit(parts):
        chunk = parts.store.newest(site, after=after, limit=min(_CHUNK, 2 * size))
        more = bool(chunk)
        names = [keys.parse_index_key(key)[0] for key in chunk]
        entries = {e.record.radiograph_id: e for e in read_entries(parts.store, parts.cache, names)}
        for key, name in zip(chunk, names, strict=True):
            if len(found) == size:
                break
            looked_at, after = looked_at + 1, key
            if name in entries and passes(entries[name]):
                found.append(entries[name])
    return Worklist(
        radiographs=tuple(views.in_list(entry, parts.store) for entry in found),
        cursor=after.rsplit("/", 1)[1] if more and after else None,
        complete=parts.cache.available,
    )


def _limit(parts: Backend) -> int:
    return _LOOK_AT if parts.cache.available else _LOOK_AT_WITHOUT_REDIS
