"""Lists a site's radiographs.

The order comes from the index and the lists in S3; Redis only saves reading records.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.api import PAGE_SIZE, Worklist
from contracts.worklist_filters import Filter, is_shown
from contracts.worklist_order import Selection
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import SearchNotFound
from lambdas.api.selections import (
    SEARCH_ID,
    CreatedBefore,
    CreatedFrom,
    Entry,
    ListFilter,
    build_selection,
    find_source,
    fit_entry,
)
from lambdas.api.services import Services, require_user, services
from lambdas.api.stored_searches import list_search
from lambdas.api.views import build_list_view
from lambdas.identified_record import IdentifiedRecord
from lambdas.list_neighbours import list_around

router = APIGatewayRouter()

# How many radiographs one request examines for its filter.
_MAX_EXAMINED = 1000
_MAX_EXAMINED_WITHOUT_REDIS = 100
_CHUNK = 100


@dataclass(frozen=True, kw_only=True)
class _PageRequest:
    """The radiographs of the `source` that match, from `cursor` on. `is_search`: few of them
    match.
    """

    source: Selection
    is_search: bool
    matches: Callable[[IdentifiedRecord], bool]
    cursor: str | None = None
    size: int


@router.get(
    "/radiographs",
    summary="List the site's radiographs",
    responses=describe_responses(
        Worklist,
        {HTTPStatus.OK: "A page; its `cursor` requests the next."},
        errors={HTTPStatus.NOT_FOUND: SearchNotFound.detail},
    ),
)
def worklist(
    filter_: ListFilter = Filter.ALL,
    cursor: Entry = None,
    around: Entry = None,
    search: Annotated[str | None, SEARCH_ID] = None,
    created_from: CreatedFrom = None,
    created_before: CreatedBefore = None,
) -> Worklist:
    """`around` is an entry as a cursor is one: up to a page of what is before it comes first.
    `search` is the id of a stored search, of whose radiographs those are listed that the filter
    shows now. `from` and
    `before` are times in milliseconds since 1970: only radiographs that were created from the first
    on and before the second are listed.
    """
    user = require_user(router.current_event)
    selection = build_selection(filter_, created_from, created_before)
    if search is not None:
        return list_search(services(), user, search, selection)
    source = find_source(services(), user.site, selection)
    request = _PageRequest(
        source=source,
        is_search=source != selection or (source.is_by_due and source.has_times),
        matches=lambda identified_record: is_shown(identified_record.record, filter_, user),
        cursor=fit_entry(cursor, source),
        size=PAGE_SIZE,
    )
    counts = services().list_counter.read(user.site, selection)
    if place := fit_entry(around, source):
        page = _build_page_around(services(), user, place, request=request)
    else:
        page = _build_page(services(), user, request=request)
    return replace(page, counts=counts)


def _build_page_around(
    services: Services, user: User, entry: str, *, request: _PageRequest
) -> Worklist:
    """A page that begins up to a page before `entry`, so that it has about as many after it."""
    around = list_around(
        services.index, user.site, request.source, entry, before=PAGE_SIZE + 1, after=0
    )
    has_newer = len(around.before) > PAGE_SIZE
    start = around.before[0] if has_newer else None
    page = _build_page(services, user, request=replace(request, cursor=start, size=2 * PAGE_SIZE))
    return replace(page, has_newer=has_newer)


def _build_page(services: Services, user: User, *, request: _PageRequest) -> Worklist:
    """Examines entries from the cursor on, until the page is full or the limit is reached."""
    matches: list[IdentifiedRecord] = []
    source = request.source
    examined, after, is_last = 0, max(request.cursor or "", source.start), False
    while not is_last and len(matches) < request.size and examined < _max_examined(services):
        missing = request.size - len(matches)
        page = services.index.list_page(
            user.site,
            source.worklist_filter,
            after=after,
            limit=_CHUNK if request.is_search else missing,
        )
        is_last = page.is_last
        records = _read_records(services, list(filter(source.contains, page.entries)))
        for entry in page.entries:
            if source.is_past(entry):
                is_last = True
                break
            if len(matches) == request.size:
                is_last = False
                break
            examined, after = examined + 1, entry
            identified_record = records.get(keys.parse_index_entry(entry)[0])
            if identified_record is not None and request.matches(identified_record):
                matches.append(identified_record)
    return Worklist(
        radiographs=tuple(build_list_view(match, services.images, user=user) for match in matches),
        cursor=None if is_last else after,
        complete=services.cache.available,
    )


def _read_records(services: Services, entries: Sequence[str]) -> Mapping[str, IdentifiedRecord]:
    radiograph_ids = [keys.parse_index_entry(entry)[0] for entry in entries]
    return {
        identified_record.record.radiograph_id: identified_record
        for identified_record in services.reader.read_many(radiograph_ids)
    }


def _max_examined(services: Services) -> int:
    return _MAX_EXAMINED if services.cache.available else _MAX_EXAMINED_WITHOUT_REDIS
