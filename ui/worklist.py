"""Lists the site's radiographs, newest first, and searches them by file name."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api import SearchRequest
from contracts.limits import MAX_FILE_NAME_LENGTH
from ui.view_helpers import get_api_client, is_htmx_request

blueprint = Blueprint("worklist", __name__)

_ALL = "all"
FILTERS = {
    _ALL: "All",
    "to_review": "To review",
    "uncertain": "Uncertain",
    "rejected": "Rejected",
}


def selected_filter() -> str:
    """The filter in the URL of the current request; unknown ones count as `all`."""
    worklist_filter = request.args.get("filter", _ALL)
    return worklist_filter if worklist_filter in FILTERS else _ALL


def filter_argument() -> str | None:
    """The filter as links carry it on: None for `all`, which URLs leave out."""
    worklist_filter = selected_filter()
    return None if worklist_filter == _ALL else worklist_filter


@blueprint.get("/worklist")
def page() -> ResponseReturnValue:
    worklist_filter, cursor = selected_filter(), request.args.get("cursor")
    worklist = get_api_client().fetch_worklist(worklist_filter=worklist_filter, cursor=cursor)
    template = "worklist/_rows.html" if is_htmx_request() else "worklist/page.html"
    return render_template(
        template,
        worklist=worklist,
        worklist_filter=worklist_filter,
        filters=FILTERS,
        search_text="",
    )


@blueprint.post("/worklist/search")
def search() -> ResponseReturnValue:
    """A POST, so that no file name is in a URL or a log. An empty search lists everything."""
    search_text = request.form.get("file_name", "").strip()[:MAX_FILE_NAME_LENGTH]
    if not search_text and not is_htmx_request():
        return redirect(url_for("worklist.page"))
    client = get_api_client()
    if search_text:
        worklist = client.search_radiographs(SearchRequest(file_name=search_text))
    else:
        worklist = client.fetch_worklist(worklist_filter=_ALL)
    template = "worklist/_list.html" if is_htmx_request() else "worklist/page.html"
    return render_template(
        template,
        worklist=worklist,
        worklist_filter=None if search_text else _ALL,
        filters=FILTERS,
        search_text=search_text,
    )
