"""Shows one radiograph with its answer, reports its state, and stores a doctor's review."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contracts.api import RadiographView, ReviewRequest, check_idempotency_key
from contracts.facts import Verdict
from ui.api_client import ApiError
from ui.polling import read_polling
from ui.view_helpers import get_api_client, is_htmx_request, new_idempotency_key
from ui.worklist import filter_argument, selected_filter

blueprint = Blueprint("radiographs", __name__, url_prefix="/radiographs")


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The ids before and after one radiograph on the first page of the worklist, if any."""

    previous: str | None = None
    next: str | None = None


@blueprint.get("/<radiograph>")
def page(radiograph: str) -> ResponseReturnValue:
    polling = read_polling().next_poll()
    view = get_api_client().fetch_radiograph(radiograph)
    template = "radiographs/_radiograph.html" if is_htmx_request() else "radiographs/page.html"
    return render_template(template, view=view, polling=polling, neighbours=_fetch_neighbours(view))


@blueprint.get("/<radiograph>/state")
def state(radiograph: str) -> ResponseReturnValue:
    polling = read_polling()
    view = get_api_client().fetch_radiograph(radiograph, wait_seconds=polling.wait_seconds)
    template = "radiographs/_row_update.html"
    return render_template(template, view=view, polling=polling.next_poll())


@blueprint.post("/<radiograph>/reviews")
def review(radiograph: str) -> ResponseReturnValue:
    note = request.form.get("note", "").strip()
    try:
        verdict = Verdict(request.form["verdict"])
    except ValueError:
        abort(422)
    review_request = ReviewRequest(verdict=verdict, note=note)
    # A page that an earlier release sent has no key in its form.
    idempotency_key = request.form.get("idempotency_key") or new_idempotency_key()
    check_idempotency_key(idempotency_key)
    view = get_api_client().create_review(
        radiograph, review_request, idempotency_key=idempotency_key
    )
    if is_htmx_request():
        return render_template("radiographs/_reviews.html", view=view)
    return redirect(url_for("radiographs.page", radiograph=radiograph, filter=filter_argument()))


def _fetch_neighbours(view: RadiographView) -> Neighbours:
    """Neighbours by time, so that a radiograph that has just left the filter still has them.

    Costs one call of the API; the page is shown without neighbours if it fails.
    """
    try:
        worklist = get_api_client().fetch_worklist(worklist_filter=selected_filter())
    except ApiError:
        return Neighbours()
    newer = [other.id for other in worklist.radiographs if other.created_at > view.created_at]
    older = [other.id for other in worklist.radiographs if other.created_at < view.created_at]
    is_listed = any(other.id == view.id for other in worklist.radiographs)
    return Neighbours(
        previous=newer[-1] if newer and (older or is_listed) else None,
        next=older[0] if older else None,
    )
