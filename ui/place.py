"""The place in a list that a film is opened from: its tab, or a search within it, with the days to
which they are limited, or the uploads of this tab of the browser.

Every address carries it on. A search has an id there that tells nothing of its words.
"""

import re
from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from contracts import keys, worklist_order
from contracts.api import RadiographView
from contracts.language import Texts, mark
from contracts.worklist_filters import Filter
from ui.date_filter import read_date_filter

ALL = Filter.ALL.value
TO_REVIEW = Filter.TO_REVIEW.value
# In the order of the tabs.
FILTERS = Texts(
    {
        TO_REVIEW: mark("To review"),
        "pneumonia": mark("Pneumonia"),
        "uncertain": mark("Uncertain"),
        "no_pneumonia": mark("No pneumonia"),
        "not_assessed": mark("Not assessed"),
        "rejected": mark("Rejected"),
        "differing": mark("Differing"),
        ALL: mark("All"),
    }
)
UPLOADS = {"list": "uploads"}
_SEARCH_ID = re.compile(keys.RADIOGRAPH_ID_PATTERN)
_ENTRY = re.compile(worklist_order.ENTRY_PATTERN)


def selected_filter() -> str:
    """The filter in the URL of the current request; unknown ones count as `all`."""
    worklist_filter = request.args.get("filter", ALL)
    return worklist_filter if worklist_filter in FILTERS else ALL


def selected_search() -> str | None:
    """The id of the search in the URL of the current request."""
    search_id = request.args.get("search", "")
    return search_id if _SEARCH_ID.fullmatch(search_id) else None


def selected_entry() -> str | None:
    """The entry of the row to return to."""
    entry = request.args.get("at", "")
    return entry if _ENTRY.fullmatch(entry) else None


def current_place() -> dict[str, Any]:
    """The place as links carry it on; empty for the whole worklist."""
    if request.args.get("list") == UPLOADS["list"]:
        return UPLOADS
    return build_place(selected_filter(), selected_search())


def build_place(worklist_filter: str | None, search_id: str | None) -> dict[str, Any]:
    """The place in a tab, or a search in it, with the days in the URL of the current request."""
    parts = {"filter": None if worklist_filter == ALL else worklist_filter, "search": search_id}
    place = {name: part for name, part in parts.items() if part is not None}
    return {**place, **read_date_filter().place}


def build_landing_url() -> str:
    """Where the work begins after a login."""
    return url_for("worklist.page", filter=TO_REVIEW)


def build_entry(view: RadiographView, place: Mapping[str, Any]) -> str:
    """The name of a row in the order of the list at the place."""
    # A search is newest first in each tab.
    worklist_filter = Filter(ALL if "search" in place else place.get("filter", ALL))
    return worklist_order.build_entry(
        worklist_filter,
        view.created_at,
        view.id,
        answer=view.answer,
        is_blind_sample=view.is_blind_sample,
    )


def build_back_url(view: RadiographView) -> str:
    """The address of the list, at the row of the film or the one that has followed it."""
    place = current_place()
    entry = build_entry(view, place)
    if place == UPLOADS:
        return url_for("uploads.page", at=entry)
    return url_for("worklist.page", at=entry, **place)
