"""The queries by which requests select radiographs of a list, and where the lists are read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from contracts import keys
from contracts.access import User
from contracts.worklist_filters import Filter, is_shown
from contracts.worklist_order import ENTRY_PATTERN, CreationTimes, Selection, remove_due
from lambdas.api.services import Services
from lambdas.identified_record import IdentifiedRecord

SEARCH_ID = Query(pattern=rf"^{keys.RADIOGRAPH_ID_PATTERN}$")
ListFilter = Annotated[Filter, Query(alias="filter")]
Entry = Annotated[str | None, Query(pattern=f"^{ENTRY_PATTERN}$")]

# Milliseconds since 1970, until the year 2100.
_TIME = {"ge": 0, "le": 4_102_444_800_000}
CreatedFrom = Annotated[int | None, Query(alias="from", **_TIME)]
CreatedBefore = Annotated[int | None, Query(alias="before", **_TIME)]
Since = Annotated[int | None, Query(**_TIME)]


def build_selection(
    worklist_filter: Filter, created_from: int | None, created_before: int | None
) -> Selection:
    start, end = (
        None if time is None else datetime.fromtimestamp(time / 1000, UTC)
        for time in (created_from, created_before)
    )
    created = CreationTimes(start=start, end=end)
    return Selection(worklist_filter=worklist_filter, created=created)


def find_source(services: Services, site: str, selection: Selection) -> Selection:
    """Where the entries of the list are: in the index of the site while the list is not complete,
    for those from before the lists.
    """
    is_complete = selection.worklist_filter is Filter.ALL or services.index.is_complete(site)
    return selection if is_complete else replace(selection, worklist_filter=Filter.ALL)


def select_records(
    records: Iterable[IdentifiedRecord], selection: Selection, user: User
) -> list[IdentifiedRecord]:
    """Those that the list shows to the user, created within the times of the selection."""
    created = selection.created
    return [
        each
        for each in records
        if is_shown(each.record, selection.worklist_filter, user)
        and created.contain(datetime.fromisoformat(each.record.created_at))
    ]


def fit_entry(entry: str | None, source: Selection) -> str | None:
    """An entry as the source has it; None for one that is in another order."""
    if entry is None or source.has_form(entry):
        return entry
    return None if source.is_by_due else remove_due(entry)
