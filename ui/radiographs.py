"""Shows one radiograph with its answer, and links to those beside it in its list."""

from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from contracts.api import Neighbours
from contracts.record import State
from ui import deletions
from ui.api_errors import ApiError
from ui.date_filter import read_date_filter
from ui.place import selected_filter, selected_search
from ui.polling import read_polling
from ui.view_helpers import get_api_client, is_htmx_request

blueprint = Blueprint("radiographs", __name__, url_prefix="/radiographs")


@blueprint.get("/<radiograph>")
def page(radiograph: str) -> ResponseReturnValue:
    polling = read_polling().next_poll()
    view = get_api_client().fetch_radiograph(
        radiograph, is_prefetch="X-Prefetch" in request.headers
    )
    if view.state is State.DELETED:
        return deletions.show_trace(view)
    template = "radiographs/_radiograph.html" if is_htmx_request() else "radiographs/page.html"
    return render_template(
        template,
        view=view,
        polling=polling,
        neighbours=_fetch_neighbours(radiograph),
        undo_id=request.args.get("undo"),
    )


@blueprint.post("/<radiograph>/openings")
def add_opening(radiograph: str) -> ResponseReturnValue:
    """A film that was fetched ahead is shown (static/film_steps.js)."""
    get_api_client().add_opening(radiograph)
    return "", HTTPStatus.NO_CONTENT


def _fetch_neighbours(radiograph: str) -> Neighbours:
    """Costs one call of the API; the page is shown without neighbours if it fails."""
    try:
        return get_api_client().fetch_neighbours(
            radiograph,
            worklist_filter=selected_filter(),
            search_id=selected_search(),
            times=read_date_filter().times,
        )
    except ApiError:
        return Neighbours()
