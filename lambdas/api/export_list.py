"""Returns a list of radiographs, or those of a stored search, as a table for a spreadsheet."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from contracts import keys
from contracts.access import User
from contracts.blind_readings import conceal_answer
from contracts.language import gettext
from contracts.limits import MAX_EXPORT_ROWS
from contracts.worklist_filters import Filter, is_shown
from contracts.worklist_order import Selection
from lambdas import clock
from lambdas.api.openapi_responses import describe_file
from lambdas.api.problems import SearchNotFound
from lambdas.api.reviewers import require_doctor
from lambdas.api.selections import (
    SEARCH_ID,
    CreatedBefore,
    CreatedFrom,
    ListFilter,
    build_selection,
    find_source,
    select_records,
)
from lambdas.api.services import Services, services
from lambdas.api.stored_searches import read_search
from lambdas.identified_record import IdentifiedRecord
from lambdas.report.list_table import build_table

router = APIGatewayRouter()

_CSV = "text/csv; charset=utf-8"
# Without Redis each row is a read of S3.
_MAX_ROWS_WITHOUT_REDIS = 100


@router.get(
    "/radiographs/export",
    summary="Read a list of radiographs as CSV",
    responses=describe_file(
        _CSV,
        f"The first {MAX_EXPORT_ROWS} radiographs at most; a last line says if there are more.",
        errors={HTTPStatus.NOT_FOUND: SearchNotFound.detail},
    ),
)
def export(  # type: ignore[no-untyped-def]
    filter_: ListFilter = Filter.ALL,
    search: Annotated[str | None, SEARCH_ID] = None,
    created_from: CreatedFrom = None,
    created_before: CreatedBefore = None,
):
    """`search` is the id of a stored search, of whose radiographs those that the filter shows now
    are in the table.
    The rows are in the order of the list, and within the times. One whose answer the user is to see
    after a reading has none.
    """
    # Powertools would write a response as JSON whose type is named here, and CSV is none.
    user = require_doctor(router.current_event)
    selection = build_selection(filter_, created_from, created_before)
    rows, is_last = (
        _read_search(services(), user, search, selection)
        if search
        else _read_list(services(), user, selection)
    )
    services().openings.add_export(user, [row.record.radiograph_id for row in rows])
    rows = [replace(each, record=conceal_answer(each.record, user)) for each in rows]
    remark = gettext("Only the first {number} are in this table.").format(number=len(rows))
    return Response(
        HTTPStatus.OK, _CSV, build_table(rows, now=clock.now(), remark="" if is_last else remark)
    )


def _read_list(
    services: Services, user: User, selection: Selection
) -> tuple[list[IdentifiedRecord], bool]:
    """The rows, and whether no more follow."""
    source = find_source(services, user.site, selection)
    page = services.index.list_page(
        user.site,
        source.worklist_filter,
        after=source.start,
        limit=MAX_EXPORT_ROWS if services.cache.available else _MAX_ROWS_WITHOUT_REDIS,
    )
    entries = [each for each in page.entries if source.contains(each)]
    records = services.read_records([keys.parse_index_entry(each)[0] for each in entries], user)
    rows = [
        each for each in records.values() if is_shown(each.record, selection.worklist_filter, user)
    ]
    return rows, page.is_last or source.is_past(page.entries[-1])


def _read_search(
    services: Services, user: User, search_id: str, selection: Selection
) -> tuple[list[IdentifiedRecord], bool]:
    """Raises SearchNotFound."""
    search = read_search(services, user, search_id)
    records = services.read_records(search.radiograph_ids, user).values()
    return select_records(records, selection, user), search.cursor is None
