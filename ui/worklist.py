"""Shows the site's radiographs in tabs, within days, and searches a tab by patient and file."""

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api import Worklist
from contracts.api_requests import SearchRequest
from contracts.limits import MAX_FILE_NAME_LENGTH
from ui.api_errors import ApiError
from ui.date_filter import DateFilter, read_date_filter
from ui.place import (
    ALL,
    FILTERS,
    TO_REVIEW,
    build_entry,
    build_place,
    selected_entry,
    selected_filter,
    selected_search,
)
from ui.polling import Polling
from ui.view_helpers import get_api_client, is_htmx_request

blueprint = Blueprint("worklist", __name__)

_EMPTY = Worklist(radiographs=(), cursor=None, complete=True)


@blueprint.get("/worklist")
def page() -> ResponseReturnValue:
    """A page of a tab, the page around the row `at`, or a search that was stored; all within the
    days that were chosen.
    """
    dates = read_date_filter()
    if dates.problem:
        return _refuse(dates)
    if search_id := selected_search():
        return _show_search(search_id, dates)
    worklist_filter, entry = selected_filter(), selected_entry()
    worklist = get_api_client().fetch_worklist(
        worklist_filter=worklist_filter,
        times=dates.times,
        cursor=request.args.get("cursor"),
        around=entry,
    )
    template = "worklist/_rows.html" if is_htmx_request() else "worklist/page.html"
    return _render(template, worklist, worklist_filter, entry=entry)


@blueprint.post("/worklist/search")
def search() -> ResponseReturnValue:
    """A POST, so that no file name is in a URL or a log: the address then has the id under which
    the search is stored. It goes on in the tab; an empty one lists the tab.
    """
    search_text = request.form.get("file_name", "").strip()[:MAX_FILE_NAME_LENGTH]
    client, times, worklist_filter = get_api_client(), read_date_filter().times, selected_filter()
    if not search_text:
        address = url_for("worklist.page", **build_place(worklist_filter, None))
        if not is_htmx_request():
            return redirect(address)
        worklist = client.fetch_worklist(worklist_filter=worklist_filter, times=times)
        rendered = _render("worklist/_search_result.html", worklist, worklist_filter)
        return _replace_address(rendered, address)
    worklist = client.search_radiographs(
        SearchRequest(file_name=search_text), worklist_filter=worklist_filter, times=times
    )
    search_id = worklist.search.id if worklist.search else None
    address = url_for("worklist.page", **build_place(worklist_filter, search_id))
    if search_id and not is_htmx_request():
        return redirect(address, HTTPStatus.SEE_OTHER)
    template = "worklist/_search_result.html" if is_htmx_request() else "worklist/page.html"
    rendered = _render(
        template, worklist, worklist_filter, search_text=search_text, search_id=search_id
    )
    return _replace_address(rendered, address)


def _refuse(dates: DateFilter) -> ResponseReturnValue:
    """The page without a list, which says what to correct."""
    rendered = _render("worklist/page.html", _EMPTY, selected_filter(), search_id=selected_search())
    return rendered, HTTPStatus.UNPROCESSABLE_ENTITY


def _show_search(search_id: str, dates: DateFilter) -> ResponseReturnValue:
    """The whole worklist, which says so, where the search has expired."""
    worklist_filter = selected_filter()
    try:
        worklist = get_api_client().fetch_search(
            search_id, worklist_filter=worklist_filter, times=dates.times
        )
    except ApiError as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        worklist = get_api_client().fetch_worklist(worklist_filter=ALL, times=dates.times)
        return _render("worklist/page.html", worklist, ALL, has_expired=True)
    search_text = worklist.search.file_name if worklist.search else ""
    return _render(
        "worklist/page.html",
        worklist,
        worklist_filter,
        search_text=search_text,
        search_id=search_id,
        entry=selected_entry(),
    )


def _render(
    template: str,
    worklist: Worklist,
    worklist_filter: str,
    *,
    search_text: str = "",
    search_id: str | None = None,
    entry: str | None = None,
    has_expired: bool = False,
) -> str:
    """Marks the row `entry`, or the one that has followed it if it has left the list.

    What is to review is newest first, and without counts, until the lists of the site are complete.
    """
    place = build_place(worklist_filter, search_id)
    entries = [build_entry(view, place) for view in worklist.radiographs]
    following = [each for each in entries if entry and each >= entry]
    return render_template(
        template,
        worklist=worklist,
        worklist_filter=worklist_filter,
        filters=FILTERS,
        is_by_due=worklist_filter == TO_REVIEW and worklist.counts is not None and not search_text,
        search_text=search_text,
        place=place,
        dates=read_date_filter(),
        marked_entry=following[0] if following else None,
        has_expired=has_expired,
        polling=Polling(),
    )


def _replace_address(rendered: str, address: str) -> ResponseReturnValue:
    """Tells htmx the address under which the list can be opened again."""
    response = make_response(rendered)
    if is_htmx_request():
        response.headers["HX-Replace-Url"] = address
    return response
