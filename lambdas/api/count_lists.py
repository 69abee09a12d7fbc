"""Counts the radiographs of each list of a site, and those that one has got since a time."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts.api import ListCounts
from contracts.worklist_filters import Filter
from lambdas.api.openapi_responses import describe_responses
from lambdas.api.selections import CreatedBefore, CreatedFrom, ListFilter, Since, build_selection
from lambdas.api.services import require_user, services

router = APIGatewayRouter()


@router.get(
    "/radiographs/counts",
    summary="Count the radiographs of each list",
    responses=describe_responses(
        ListCounts, {HTTPStatus.OK: "The counts; none while the lists are not complete."}
    ),
)
def count(
    filter_: ListFilter = Filter.ALL,
    created_from: CreatedFrom = None,
    created_before: CreatedBefore = None,
    since: Since = None,
) -> ListCounts:
    """`added` counts what the list `filter` got after `since`, which is the `counted_at` of an
    earlier answer.
    """
    user = require_user(router.current_event)
    selection = build_selection(filter_, created_from, created_before)
    counts = services().list_counter.read(user.site, selection, since=since)
    return counts or ListCounts(counts={}, counted_at=None, added=0)
