"""Returns the radiographs before and after one, in the list or search that it was opened from."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.access import User
from contracts.api import Neighbours
from contracts.worklist_filters import Filter, is_shown
from contracts.worklist_order import Selection, build_entry
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.problems import RadiographNotFound
from lambdas.api.selections import (
    SEARCH_ID,
    CreatedBefore,
    CreatedFrom,
    ListFilter,
    build_selection,
    find_source,
    select_records,
)
from lambdas.api.services import Services, require_user, services
from lambdas.api.stored_searches import read_search
from lambdas.list_neighbours import EntriesAround, list_around

router = APIGatewayRouter()

# A list may have entries of radiographs that have left it, or were deleted.
_CANDIDATES = 10


@router.get(
    "/radiographs/<radiograph>/neighbours",
    summary="Find the radiographs before and after one in a list",
    responses=describe_responses(
        Neighbours,
        {HTTPStatus.OK: "The ids, None at an end of the list."},
        errors={HTTPStatus.NOT_FOUND: f"{RadiographNotFound.detail} Or no such search."},
    ),
)
def find(
    radiograph: str,
    filter_: ListFilter = Filter.ALL,
    search: Annotated[str | None, SEARCH_ID] = None,
    created_from: CreatedFrom = None,
    created_before: CreatedBefore = None,
) -> Neighbours:
    """Costs one listing in S3, which the place in a search does not need, and three calls of Redis:
    for the radiograph, the two beside it, and the logout of the token. A radiograph that has just
    left the list still has neighbours by its place.
    """
    user = require_user(router.current_event)
    selection = build_selection(filter_, created_from, created_before)
    around = (
        _list_search(services(), radiograph, user, search_id=search, selection=selection)
        if search
        else _list_around(services(), radiograph, user, selection=selection)
    )
    worklist_filter = selection.worklist_filter
    return Neighbours(
        previous=_find_listed(services(), around.before[::-1], user, worklist_filter),
        next=_find_listed(services(), around.after, user, worklist_filter),
    )


def _list_around(
    services: Services, radiograph_id: str, user: User, *, selection: Selection
) -> EntriesAround:
    cached = services.read_cached_records([radiograph_id], user).get(radiograph_id)
    record = (cached or services.read_record(radiograph_id, user)).record
    source = find_source(services, user.site, selection)
    entry = build_entry(
        source.worklist_filter,
        record.created_at,
        radiograph_id,
        answer=record.answer,
        is_blind_sample=record.is_blind_sample,
    )
    return list_around(
        services.index, user.site, source, entry, before=_CANDIDATES, after=_CANDIDATES
    )


def _list_search(
    services: Services, radiograph_id: str, user: User, *, search_id: str, selection: Selection
) -> EntriesAround:
    """The ids of the search beside one of them, in place of entries."""
    search = read_search(services, user, search_id)
    if radiograph_id not in search.radiograph_ids:
        raise RadiographNotFound
    place = search.radiograph_ids.index(radiograph_id)
    before, after = search.radiograph_ids[:place], search.radiograph_ids[place + 1 :]
    return EntriesAround(
        before=_select(services, before, user, selection)[-_CANDIDATES:],
        after=_select(services, after, user, selection)[:_CANDIDATES],
    )


def _select(
    services: Services, radiograph_ids: Sequence[str], user: User, selection: Selection
) -> list[str]:
    """Those that the list shows, and that were created within the times of the selection."""
    if selection.worklist_filter is Filter.ALL and not selection.has_times:
        return list(radiograph_ids)
    records = services.read_records(radiograph_ids, user)
    return [each.record.radiograph_id for each in select_records(records.values(), selection, user)]


def _find_listed(
    services: Services, entries: Sequence[str], user: User, worklist_filter: Filter
) -> str | None:
    """The first of the radiographs that the list still shows. Redis is trusted for one that it
    shows there; any other is looked for in the facts.
    """
    for entry in entries:
        radiograph_id = entry.rpartition("-")[2]
        for read in (services.read_cached_records, services.read_records):
            identified_record = read([radiograph_id], user).get(radiograph_id)
            if identified_record is not None and is_shown(
                identified_record.record, worklist_filter, user
            ):
                return radiograph_id
    return None
