"""Lists the site's radiographs, newest first, and finds some by their file names."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api import MAX_FILE_NAME_LENGTH, SearchRequest
from ui.auth.user import backend, is_from_script

blueprint = Blueprint("worklist", __name__)

FILTERS = {
    "all": "All",
    "to_review": "To review",
    "uncertain": "Uncertain",
    "rejected": "Rejected",
}


def chosen_filter() -> str:
    asked = request.args.get("filter", "all")
    return asked if asked in FILTERS else "all"


@blueprint.get("/worklist")
def page() -> ResponseReturnValue:
    chosen = chosen_filter()
    listed = backend().worklist(chosen=chosen, cursor=request.args.get("cursor"))
    template = "worklist/_rows.html" if is_from_script() else "worklist/page.html"
    return render_template(template, listed=listed, chosen=chosen, filters=FILTERS, sought="")


@blueprint.post("/worklist/search")
def search() -> ResponseReturnValue:
    """A POST, so that no file name stands in an address or a log."""
    sought = request.form.get("file_name", "").strip()[:MAX_FILE_NAME_LENGTH]
    if not sought and not is_from_script():
        return redirect(url_for("worklist.page"))
    found = backend()
    listed = (
        found.search(SearchRequest(file_name=sought)) if sought else found.worklist(chosen="all")
    )
    template = "worklist/_list.html" if is_from_script() else "worklist/page.html"
    chosen = None if sought else "all"
    return render_template(template, listed=listed, chosen=chosen, filters=FILTERS, sought=sought)
